#include "drivers/nxos/rows.hpp"

#include "drivers/text.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <utility>
#include <vector>

namespace routeproof::nxos {
namespace {

using Json = nlohmann::json;
using drivers::trim;

class Handler final : public Json::json_sax_t {
public:
    explicit Handler(RowReader& reader) : reader_(reader) {}

    bool null() override { return scalar({}); }
    bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return scalar(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return scalar(std::to_string(value)); }
    // As written: 8.1201 is an AS number in asdot.
    bool number_float(number_float_t, const string_t& text) override { return scalar(text); }
    bool string(string_t& text) override { return scalar(trim(text)); }
    bool binary(binary_t&) override { return true; }
    bool key(string_t& name) override {
        key_ = name;
        return true;
    }

    bool start_object(std::size_t) override {
        objects_.push_back({key_, {}});
        reader_.enter(objects_.back().key);
        return true;
    }
    bool end_object() override {
        const auto object = std::move(objects_.back());
        objects_.pop_back();
        key_ = object.key;  // the next element of an array stands under the same key
        reader_.leave(object.key, object.row);
        return true;
    }
    bool start_array(std::size_t) override {
        arrays_.push_back(key_);
        return true;
    }
    bool end_array() override {
        key_ = std::move(arrays_.back());
        arrays_.pop_back();
        return true;
    }

    bool parse_error(std::size_t position,
                     const std::string&,
                     const nlohmann::detail::exception&) override {
        broken_at = position;
        return false;
    }

    std::size_t broken_at = 0;

private:
    bool scalar(std::string_view text) {
        if (!objects_.empty()) {
            objects_.back().row.set(key_, text);
        }
        return true;
    }

    struct Object {
        std::string key;
        Row row;
    };
    RowReader& reader_;
    std::vector<Object> objects_;
    std::vector<std::string> arrays_;
    std::string key_;
};

}  // namespace

std::string_view Row::operator[](std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::uint32_t> Row::number(std::string_view name) const {
    const auto text = (*this)[name];
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

drivers::Answer<void> read_rows(std::string_view json, RowReader& reader) {
    if (trim(json).starts_with('<')) {
        return read_xml_rows(json, reader);
    }
    if (!trim(json).starts_with('{') && has_text_rows(json)) {
        return read_text_rows(json, reader);
    }
    Handler handler(reader);
    if (Json::sax_parse(json.begin(), json.end(), &handler)) {
        return {};
    }
    const bool cut = handler.broken_at > json.find_last_not_of(" \t\r\n");
    return drivers::Failure{
        drivers::Stage::Parse,
        drivers::Failure::Kind::Protocol,
        cut ? "answers JSON that ends in the middle, after " + std::to_string(json.size()) +
                  " bytes"
            : "answers JSON that is broken at byte " + std::to_string(handler.broken_at)};
}

}  // namespace routeproof::nxos
