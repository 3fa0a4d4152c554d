#include "agent/control/prefix_request.hpp"

#include "agent/config/attribute_words.hpp"
#include "inventory/suggest.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <ostream>
#include <stdexcept>

namespace routeproof::control {
namespace {

using Json = nlohmann::json;
using Key = std::string_view;

constexpr std::array<Key, 2> kLists{"announce", "withdraw"};
constexpr std::array<Key, 4> kFields{"prefix", "med", "communities", "large_communities"};

/// What may stand where the parser is.
enum class Place { Nowhere, Root, Announce, Withdraw, Mapping, Communities, LargeCommunities };

/// nlohmann's events. Each says whether to go on.
class Reader final : public nlohmann::json_sax<Json> {
public:
    PrefixChange change;
    std::string wrong;

    bool null() override { return unexpected("null"); }
    bool boolean(bool) override { return unexpected("true or false"); }
    bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& text) override { return number(text); }
    bool binary(binary_t&) override { return unexpected("binary data"); }

    bool string(string_t& value) override {
        switch (place_) {
            case Place::Announce:
                ++index_;
                return prefix(value) && announced(*prefix_, {});
            case Place::Withdraw:
                ++index_;
                if (!prefix(value)) {
                    return false;
                }
                change.withdraw.push_back(*prefix_);
                return true;
            case Place::Mapping:
                return field_ == "prefix" ? prefix(value) : unexpected("a string");
            case Place::Communities:
                return set("community", value);
            case Place::LargeCommunities:
                return set("large", value);
            case Place::Nowhere:
            case Place::Root:
                break;
        }
        return unexpected("a string");
    }

    bool start_object(std::size_t) override {
        if (place_ == Place::Nowhere) {
            place_ = Place::Root;
            return true;
        }
        if (place_ != Place::Announce) {
            return unexpected("a mapping");
        }
        ++index_;
        place_ = Place::Mapping;
        prefix_.reset();
        attributes_ = {};
        return true;
    }

    bool key(string_t& name) override {
        field_ = name;
        const bool root = place_ == Place::Root;
        const std::span<const Key> known = root ? std::span<const Key>(kLists) : kFields;
        if (std::find(known.begin(), known.end(), field_) != known.end()) {
            return true;
        }
        wrong = (root ? "" : where() + ": ") + "unknown key \"" + name + "\"; " +
                inventory::suggestion(name, known);
        return false;
    }

    bool end_object() override {
        if (place_ == Place::Root) {
            place_ = Place::Nowhere;
            return true;
        }
        place_ = Place::Announce;
        if (!prefix_) {
            wrong = where() + ": \"prefix\" is missing";
            return false;
        }
        return announced(*prefix_, std::move(attributes_));
    }

    bool start_array(std::size_t) override {
        if (place_ == Place::Root) {
            place_ = field_ == "announce" ? Place::Announce : Place::Withdraw;
            list_ = field_;
            index_ = -1;
            return true;
        }
        if (place_ == Place::Mapping && field_ == "communities") {
            place_ = Place::Communities;
            return true;
        }
        if (place_ == Place::Mapping && field_ == "large_communities") {
            place_ = Place::LargeCommunities;
            return true;
        }
        return unexpected("a list");
    }

    bool end_array() override {
        const bool inner = place_ == Place::Communities || place_ == Place::LargeCommunities;
        place_ = inner ? Place::Mapping : Place::Root;
        return true;
    }

    bool parse_error(std::size_t position,
                     const std::string&,
                     const nlohmann::detail::exception&) override {
        wrong = "not JSON at octet " + std::to_string(position);
        return false;
    }

private:
    std::string where() const { return list_ + "[" + std::to_string(index_) + "]"; }

    bool unexpected(const std::string& found) {
        switch (place_) {
            case Place::Nowhere:
                wrong = "expected a mapping with \"announce\" and \"withdraw\", found " + found;
                break;
            case Place::Root:
                wrong = field_ + " must be a list, found " + found;
                break;
            case Place::Announce:
            case Place::Withdraw:
                ++index_;
                wrong = where() + ": expected a prefix, found " + found;
                break;
            default:
                wrong = where() + ": " + field_ + " cannot be " + found;
        }
        return false;
    }

    bool number(const std::string& text) {
        return place_ == Place::Mapping && field_ == "med" ? set("med", text) : unexpected(text);
    }

    bool prefix(const std::string& text) {
        const auto read = net::Prefix::parse(text);
        if (!read) {
            wrong = where() + ": \"" + text + "\": " + read.error().message();
            return false;
        }
        prefix_ = *read;
        return true;
    }

    bool set(std::string_view attribute, const std::string& value) {
        const auto complaint = config::set_attribute(attributes_, attribute, value);
        if (complaint) {
            wrong = where() + ": " + *complaint;
        }
        return !complaint;
    }

    bool announced(const net::Prefix& at, bgp::AnnounceAttributes attributes) {
        change.announce.add(at, std::move(attributes));
        return true;
    }

    Place place_ = Place::Nowhere;
    std::string list_;   // "announce" or "withdraw"
    std::string field_;  // the key last read
    std::int64_t index_ = -1;
    std::optional<net::Prefix> prefix_;
    bgp::AnnounceAttributes attributes_;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const RequestError& error) {
    return out << error.what;
}

void throw_exception_from_error(const RequestError& error, const boost::source_location&) {
    throw std::logic_error("unchecked request error: " + error.what);
}

boost::system::result<PrefixChange, RequestError> read_prefix_request(std::string_view body) {
    Reader reader;
    if (!Json::sax_parse(body, &reader)) {
        return RequestError(reader.wrong);
    }
    return std::move(reader.change);
}

}  // namespace routeproof::control
