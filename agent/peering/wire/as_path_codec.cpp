#include "agent/peering/wire/as_path_codec.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

using net::Asn;
using net::AsPath;
using net::AsPathSegment;
using Type = AsPathSegment::Type;

constexpr std::size_t kMaxSegment = 255;  // the count is one octet

bool is_confederation(const AsPathSegment& segment) {
    return segment.type == Type::ConfedSequence || segment.type == Type::ConfedSet;
}

}  // namespace

const char* read_as_path(Reader& reader, bool four_octets, AsPath& path) {
    std::vector<AsPathSegment> segments;
    while (!reader.empty()) {
        const std::uint8_t type = reader.u8();
        const std::size_t count = reader.u8();
        if (type < 1 || type > 4) {
            return "segment type is none of 1-4";
        }
        Reader numbers = reader.sub(count * (four_octets ? 4 : 2));
        if (!numbers.ok()) {
            return "segment overruns the attribute";
        }
        if (count == 0) {
            return "segment without AS numbers";
        }
        AsPathSegment segment{static_cast<Type>(type), {}};
        segment.asns.reserve(count);
        while (!numbers.empty()) {
            segment.asns.emplace_back(four_octets ? numbers.u32() : numbers.u16());
        }
        if (std::find(segment.asns.begin(), segment.asns.end(), Asn(0)) != segment.asns.end()) {
            return "AS 0 in the path";
        }
        segments.push_back(std::move(segment));
    }
    path = AsPath(std::move(segments));
    return nullptr;
}

void write_as_path(Writer& writer, bool four_octets, const AsPath& path) {
    for (const auto& segment : path.segments()) {
        for (std::size_t at = 0; at < segment.asns.size(); at += kMaxSegment) {
            const std::size_t count = std::min(kMaxSegment, segment.asns.size() - at);
            writer.u8(static_cast<std::uint8_t>(segment.type));
            writer.u8(static_cast<std::uint8_t>(count));
            for (std::size_t i = at; i < at + count; ++i) {
                const Asn asn = segment.asns[i];
                if (four_octets) {
                    writer.u32(asn.value());
                } else {
                    const Asn sent = asn.fits_16_bits() ? asn : net::kAsTrans;
                    writer.u16(static_cast<std::uint16_t>(sent.value()));
                }
            }
        }
    }
}

bool has_confederation_segments(const AsPath& path) {
    return std::any_of(path.segments().begin(), path.segments().end(), is_confederation);
}

AsPath without_confederation_segments(const AsPath& path) {
    std::vector<AsPathSegment> kept;
    std::copy_if(path.segments().begin(),
                 path.segments().end(),
                 std::back_inserter(kept),
                 [](const AsPathSegment& segment) { return !is_confederation(segment); });
    return AsPath(std::move(kept));
}

bool needs_as4(const AsPath& path) {
    return std::any_of(
        path.segments().begin(), path.segments().end(), [](const AsPathSegment& segment) {
            return std::any_of(segment.asns.begin(), segment.asns.end(), [](Asn asn) {
                return !asn.fits_16_bits();
            });
        });
}

AsPath merge_as4_path(const AsPath& as_path, const AsPath& as4_path) {
    if (as4_path.length() > as_path.length()) {
        return as_path;
    }
    std::size_t missing = as_path.length() - as4_path.length();
    std::vector<AsPathSegment> merged;
    for (const auto& segment : as_path.segments()) {
        if (is_confederation(segment)) {  // counts for nothing, and leads the path (RFC 5065 5.3)
            merged.push_back(segment);
            continue;
        }
        if (missing == 0) {
            break;
        }
        AsPathSegment part = segment;
        if (segment.type == Type::Set) {
            --missing;
        } else {
            part.asns.resize(std::min(missing, part.asns.size()));
            missing -= part.asns.size();
        }
        merged.push_back(std::move(part));
    }
    for (const auto& segment : as4_path.segments()) {
        const bool joins = !merged.empty() && merged.back().type == Type::Sequence &&
                           segment.type == Type::Sequence &&
                           merged.back().asns.size() + segment.asns.size() <= kMaxSegment;
        if (joins) {
            auto& asns = merged.back().asns;
            asns.insert(asns.end(), segment.asns.begin(), segment.asns.end());
        } else {
            merged.push_back(segment);
        }
    }
    return AsPath(std::move(merged));
}

}  // namespace routeproof::bgp
