#include "inventory/base64.hpp"

#include <openssl/evp.h>

#include <climits>

namespace routeproof {
namespace {

// Four characters stand for three octets.
constexpr std::size_t kOctets = 3;
constexpr std::size_t kCharacters = 4;
constexpr std::size_t kLimit = INT_MAX / 2;  // OpenSSL counts with int

}  // namespace

std::string to_base64(std::string_view octets) {
    std::string text((octets.size() + kOctets - 1) / kOctets * kCharacters + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(octets.data()),
                                     static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    // OpenSSL takes padding anywhere for zeroes.
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    const bool inside = text.substr(0, text.size() - padding).find('=') != std::string_view::npos;
    if (text.size() % kCharacters != 0 || text.size() > kLimit || inside) {
        return std::nullopt;
    }
    std::string octets(text.size() / kCharacters * kOctets, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) {
        return std::nullopt;
    }
    octets.resize(static_cast<std::size_t>(size) - padding);
    return octets;
}

}  // namespace routeproof
