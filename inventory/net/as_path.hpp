// AS_PATH as a value (RFC 4271 4.3, RFC 5065 for the confederation segments).
#pragma once

#include "inventory/net/asn.hpp"

#include <optional>
#include <vector>

namespace routeproof::net {

struct AsPathSegment {
    enum class Type : std::uint8_t { Set = 1, Sequence = 2, ConfedSequence = 3, ConfedSet = 4 };
    Type type = Type::Sequence;
    std::vector<Asn> asns;

    friend bool operator==(const AsPathSegment&, const AsPathSegment&) = default;
};

class AsPath {
public:
    AsPath() = default;
    explicit AsPath(std::vector<AsPathSegment> segments) : segments_(std::move(segments)) {}
    /// One AS_SEQUENCE.
    static AsPath sequence(std::vector<Asn> asns);

    /// Reads "65001 {65010 65011} (65151)": numbers, sets in braces, confederation sequences in
    /// parentheses, confederation sets in brackets after a parenthesis is not read. Origin letters
    /// and vendor notes must have been cut off before. Error: Errc::BadAsPath.
    static Result<AsPath> parse(std::string_view text);

    const std::vector<AsPathSegment>& segments() const { return segments_; }
    bool empty() const { return segments_.empty(); }
    /// Hops as RFC 4271 9.1.2.2 (a) counts them: a set is one, confederation segments are none.
    unsigned length() const;
    bool contains(Asn asn) const;
    /// The AS that originated the route: the last of the path outside confederation segments.
    /// Nothing if the path is empty (own AS), or ends in a set (origin is not one AS).
    std::optional<Asn> origin() const;
    /// True if the last segment outside confederations is an AS_SET.
    bool origin_is_set() const;
    /// The neighbour AS: first of the path, if it begins with a sequence.
    std::optional<Asn> first() const;

    std::string to_string() const;

    friend bool operator==(const AsPath&, const AsPath&) = default;

private:
    const AsPathSegment* last_real_segment() const;

    std::vector<AsPathSegment> segments_;
};

std::ostream& operator<<(std::ostream& out, const AsPath& path);

}  // namespace routeproof::net
