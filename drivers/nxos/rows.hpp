// NX-OS JSON or XML as a stream of rows.
//
// TABLE_x holds ROW_x: nothing, "", {}, one object, or an array, by release and by number of rows,
// and both forms in one reply; numbers may be text and text may be numbers. So arrays are looked
// through, every value is text, and a reader sees objects by the key they stand under.
#pragma once

#include "drivers/failure.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace routeproof::nxos {

/// The scalar members of one object.
class Row {
public:
    /// Empty if there is no such member, or it is null.
    std::string_view operator[](std::string_view name) const;
    bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
    std::optional<std::uint32_t> number(std::string_view name) const;
    void set(std::string_view name, std::string_view value) { values_[std::string(name)] = value; }

private:
    std::map<std::string, std::string, std::less<>> values_;
};

class RowReader {
public:
    virtual ~RowReader() = default;
    /// An object under `key` begins; its members come later, in any order.
    virtual void enter(std::string_view key) = 0;
    /// It ends. Objects inside it were left before. The outermost object has the key "".
    virtual void leave(std::string_view key, const Row& row) = 0;
};

/// The same from XML; elements without children are members, those with children are objects.
drivers::Answer<void> read_xml_rows(std::string_view xml, RowReader& reader);

/// The same from text, where it holds a BGP summary or a version: see has_text_rows().
drivers::Answer<void> read_text_rows(std::string_view text, RowReader& reader);
bool has_text_rows(std::string_view text);

/// From JSON, from XML if the text begins with '<', or from text.
/// Failure (stage Parse) unless the text is whole: what was read by then is partial.
drivers::Answer<void> read_rows(std::string_view text, RowReader& reader);

}  // namespace routeproof::nxos
