// The table of path attributes: one row says all about one of them. A new attribute is a new row.
#pragma once

#include "agent/peering/wire/update.hpp"

#include <span>

namespace routeproof::bgp {

/// What the rows fill in. The AS4 attributes wait here until all are read (RFC 6793 4.2.3).
struct AttributeSet {
    PathAttributes attributes;
    std::optional<MpReach> mp_reach;
    std::optional<MpUnreach> mp_unreach;
    std::optional<net::AsPath> as4_path;
    std::optional<Aggregator> as4_aggregator;
};

// In the order in which the RFCs tell an attribute, not in that of the smallest padding: it is read
// by people, and there is one table.
struct AttributeRow {  // NOLINT(clang-analyzer-optin.performance.Padding)
    AttributeCode code;
    std::string_view name;
    std::uint8_t flags;    // Optional and Transitive as they must be
    std::size_t min_size;  // of the value, in octets
    std::size_t max_size;
    std::size_t multiple;  // the size is one of this
    ErrorAction on_error;  // RFC 7606 7: what a malformed value asks for
    std::uint8_t subcode;  // RFC 4271 6.3: of a malformed value with the right size
    bool internal_only;    // from an eBGP peer it is discarded unread

    /// Reads a value of permitted size. Returns what is wrong, nullptr if nothing.
    const char* (*decode)(Reader& value, const UpdateContext& context, AttributeSet& into);
    /// Writes the value. Nullptr where encoding is not done by row. Called if `present` says so.
    void (*encode)(Writer& value, const UpdateContext& context, const PathAttributes& from);
    bool (*present)(const UpdateContext& context, const PathAttributes& from);

    /// RFC 7606 3 (c): what wrong flags ask for, unless the attribute's RFC says otherwise.
    ErrorAction on_flags = ErrorAction::TreatAsWithdraw;
    /// Checked and then kept as it stands, among the unknown ones.
    bool opaque = false;
};

/// In ascending order of code: the order in which RFC 4271 5 wants them sent.
std::span<const AttributeRow> attribute_table();
/// Nullptr if the code is not known.
const AttributeRow* find_attribute(std::uint8_t code);
/// "AS_PATH", "attribute 99".
std::string attribute_name(std::uint8_t code);

/// Flags, code, length (two octets only if needed, RFC 4271 5) and value.
void write_attribute(Writer& writer, std::uint8_t flags, std::uint8_t code, ByteView value);

/// All that `from` holds, in table order, unknown ones at the end. Without MP_REACH and MP_UNREACH.
void write_attributes(Writer& writer, const UpdateContext& context, const PathAttributes& from);

}  // namespace routeproof::bgp
