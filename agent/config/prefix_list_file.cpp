#include "agent/config/prefix_list_file.hpp"

#include "agent/config/attribute_words.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <unordered_map>

namespace routeproof::config {
namespace {

using inventory::Diagnostic;
using inventory::Diagnostics;

constexpr std::size_t kEnoughComplaints = 20;
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Cuts the first word off.
std::string_view take_word(std::string_view& text) {
    const auto end = std::min(text.find_first_of(kBlanks), text.size());
    const auto word = text.substr(0, end);
    text = trimmed(text.substr(end));
    return word;
}

class Reader {
public:
    Reader(const std::string& name, Originations& originations)
        : name_(name), originations_(originations) {}

    Diagnostics read(std::string_view text) {
        originations_.reserve(originations_.entries().size() +
                              static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
        for (line_ = 1; !text.empty() && complaints_.size() < kEnoughComplaints; ++line_) {
            start_ = text.data();
            const auto end = std::min(text.find('\n'), text.size());
            read_line(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return std::move(complaints_);
    }

private:
    void read_line(std::string_view line) {
        std::string_view rest = trimmed(line.substr(0, line.find('#')));
        if (rest.empty()) {
            return;
        }
        const auto word = take_word(rest);
        const auto prefix = net::Prefix::parse(word);
        if (!prefix) {
            return complain(word, "\"" + std::string(word) + "\": " + prefix.error().message());
        }
        if (const auto attributes = attributes_of(rest)) {
            originations_.add(*prefix, *attributes);
        }
    }

    std::optional<std::uint32_t> attributes_of(std::string_view words) {
        if (words == last_words_ && last_) {
            return last_;
        }
        const auto [at, added] = known_.try_emplace(std::string(words));
        if (added) {
            at->second = read_attributes(words);
        }
        last_words_ = words;
        last_ = at->second;
        return last_;
    }

    std::optional<std::uint32_t> read_attributes(std::string_view words) {
        bgp::AnnounceAttributes attributes;
        while (!words.empty()) {
            const auto key = take_word(words);
            const auto value = take_word(words);
            if (const auto wrong = set_attribute(attributes, key, value)) {
                complain(key, *wrong);
                return std::nullopt;
            }
        }
        return originations_.share(std::move(attributes));
    }

    void complain(std::string_view at, std::string what) {
        const auto column = static_cast<int>(at.data() - start_) + 1;
        complaints_.emplace_back(inventory::Location{name_, line_, column}, std::move(what));
    }

    std::string name_;
    Originations& originations_;
    Diagnostics complaints_;
    int line_ = 1;
    const char* start_ = nullptr;  // of the line
    std::unordered_map<std::string, std::optional<std::uint32_t>> known_;
    std::string_view last_words_;
    std::optional<std::uint32_t> last_;
};

}  // namespace

Diagnostics read_prefix_list(std::string_view text,
                             const std::string& name,
                             Originations& originations) {
    return Reader(name, originations).read(text);
}

Diagnostics read_prefix_list_file(const std::filesystem::path& file, Originations& originations) {
    errno = 0;
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    std::string text(in ? static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0)) : 0, 0);
    if (!in.seekg(0) || !in.read(text.data(), static_cast<std::streamsize>(text.size()))) {
        Diagnostic diagnostic({file.string()},
                              "cannot be read: " + std::generic_category().message(errno));
        diagnostic.kind = Diagnostic::Kind::Unreadable;
        return {diagnostic};
    }
    return read_prefix_list(text, file.string(), originations);
}

}  // namespace routeproof::config
