#include "inventory/net/as_path.hpp"

#include <algorithm>
#include <ostream>

namespace routeproof::net {
namespace {

using Type = AsPathSegment::Type;

bool is_confederation(Type type) {
    return type == Type::ConfedSequence || type == Type::ConfedSet;
}

struct Brackets {
    char open;
    char close;
};

Brackets brackets(Type type) {
    switch (type) {
        case Type::Set:
            return {'{', '}'};
        case Type::ConfedSequence:
            return {'(', ')'};
        case Type::ConfedSet:
            return {'[', ']'};
        case Type::Sequence:
            break;
    }
    return {'\0', '\0'};
}

}  // namespace

AsPath AsPath::sequence(std::vector<Asn> asns) {
    if (asns.empty()) {
        return {};
    }
    return AsPath({AsPathSegment{Type::Sequence, std::move(asns)}});
}

Result<AsPath> AsPath::parse(std::string_view text) {
    std::vector<AsPathSegment> segments;
    std::optional<Type> open;  // the bracketed segment that is being read
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == ' ' || c == ',' || c == '\t') {
            ++at;
            continue;
        }
        if (c == '{' || c == '(' || c == '[') {
            if (open) {
                return Errc::BadAsPath;
            }
            open = c == '{' ? Type::Set : c == '(' ? Type::ConfedSequence : Type::ConfedSet;
            segments.push_back({*open, {}});
            ++at;
            continue;
        }
        if (c == '}' || c == ')' || c == ']') {
            if (!open || brackets(*open).close != c || segments.back().asns.empty()) {
                return Errc::BadAsPath;
            }
            open.reset();
            ++at;
            continue;
        }
        const auto end = std::min(text.find_first_of(" ,\t{}()[]", at), text.size());
        const auto asn = Asn::parse(text.substr(at, end - at));
        if (!asn) {
            return Errc::BadAsPath;
        }
        if (!open && (segments.empty() || segments.back().type != Type::Sequence)) {
            segments.push_back({Type::Sequence, {}});
        }
        segments.back().asns.push_back(*asn);
        at = end;
    }
    if (open) {
        return Errc::BadAsPath;
    }
    return AsPath(std::move(segments));
}

unsigned AsPath::length() const {
    unsigned hops = 0;
    for (const auto& segment : segments_) {
        if (segment.type == Type::Sequence) {
            hops += static_cast<unsigned>(segment.asns.size());
        } else if (segment.type == Type::Set) {
            ++hops;
        }
    }
    return hops;
}

bool AsPath::contains(Asn asn) const {
    return std::any_of(segments_.begin(), segments_.end(), [asn](const AsPathSegment& segment) {
        return std::find(segment.asns.begin(), segment.asns.end(), asn) != segment.asns.end();
    });
}

const AsPathSegment* AsPath::last_real_segment() const {
    for (auto at = segments_.rbegin(); at != segments_.rend(); ++at) {
        if (!is_confederation(at->type) && !at->asns.empty()) {
            return &*at;
        }
    }
    return nullptr;
}

std::optional<Asn> AsPath::origin() const {
    const AsPathSegment* last = last_real_segment();
    if (last == nullptr || last->type != Type::Sequence) {
        return std::nullopt;
    }
    return last->asns.back();
}

bool AsPath::origin_is_set() const {
    const AsPathSegment* last = last_real_segment();
    return last != nullptr && last->type == Type::Set;
}

std::optional<Asn> AsPath::first() const {
    if (segments_.empty() || segments_.front().type != Type::Sequence) {
        return std::nullopt;
    }
    return segments_.front().asns.front();
}

std::string AsPath::to_string() const {
    std::string text;
    for (const auto& segment : segments_) {
        const auto [open, close] = brackets(segment.type);
        if (!text.empty()) {
            text += ' ';
        }
        if (open != '\0') {
            text += open;
        }
        for (std::size_t i = 0; i < segment.asns.size(); ++i) {
            text += (i == 0 ? "" : " ") + segment.asns[i].to_string();
        }
        if (close != '\0') {
            text += close;
        }
    }
    return text;
}

std::ostream& operator<<(std::ostream& out, const AsPath& path) {
    return out << '"' << path.to_string() << '"';
}

}  // namespace routeproof::net
