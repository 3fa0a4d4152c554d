#include "agent/peering/wire/buffer.hpp"

namespace routeproof::bgp {

void Reader::fail() {
    ok_ = false;
    rest_ = {};
}

Reader Reader::sub(std::size_t count) {
    Reader cut(bytes(count));
    if (!ok_) {
        cut.fail();
    }
    return cut;
}

bool Writer::fits(std::size_t more) {
    ok_ = ok_ && more <= room();
    return ok_;
}

void Writer::u8(std::uint8_t value) {
    if (fits(1)) {
        octets_.push_back(value);
    }
}

void Writer::u16(std::uint16_t value) {
    if (fits(2)) {
        octets_.push_back(static_cast<std::uint8_t>(value >> 8));
        octets_.push_back(static_cast<std::uint8_t>(value));
    }
}

void Writer::u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value));
}

void Writer::bytes(ByteView octets) {
    if (fits(octets.size())) {
        octets_.insert(octets_.end(), octets.begin(), octets.end());
    }
}

std::size_t Writer::open_u8() {
    const std::size_t at = size();
    u8(0);
    return at;
}

void Writer::close_u8(std::size_t at) {
    if (!ok_) {
        return;
    }
    const std::size_t length = size() - at - 1;
    if (length > 0xFF) {
        ok_ = false;
        return;
    }
    octets_[at] = static_cast<std::uint8_t>(length);
}

bool Writer::close_u8_or_wider(std::size_t at) {
    if (!ok_ || size() - at - 1 <= 0xFF) {
        close_u8(at);
        return false;
    }
    if (!fits(1)) {
        return false;
    }
    octets_.insert(octets_.begin() + static_cast<std::ptrdiff_t>(at), 0);
    close_u16(at);
    return true;
}

std::size_t Writer::open_u16() {
    const std::size_t at = size();
    u16(0);
    return at;
}

void Writer::close_u16(std::size_t at) {
    if (ok_) {
        patch_u16(at, size() - at - 2);
    }
}

void Writer::patch_u8(std::size_t at, std::uint8_t value) {
    if (ok_) {
        octets_[at] = value;
    }
}

void Writer::patch_u16(std::size_t at, std::size_t value) {
    if (!ok_) {
        return;
    }
    if (value > 0xFFFF) {
        ok_ = false;
        return;
    }
    octets_[at] = static_cast<std::uint8_t>(value >> 8);
    octets_[at + 1] = static_cast<std::uint8_t>(value);
}

}  // namespace routeproof::bgp
