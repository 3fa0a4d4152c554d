#include "agent/peering/wire/update_packer.hpp"

#include "agent/peering/wire/attribute_table.hpp"
#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/nlri.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace routeproof::bgp {
namespace {

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Header, both length fields, MP_REACH with two next hops: what stands before the first prefix.
constexpr std::size_t kMostBefore = kHeaderSize + 4 + 4 + 5 + 32;

}  // namespace

boost::system::result<EncodedAttributes> encode_attributes(PathAttributes attributes,
                                                           const net::Address& next_hop,
                                                           const UpdateContext& context) {
    sort_unique(attributes.communities);
    sort_unique(attributes.extended_communities);
    sort_unique(attributes.large_communities);
    attributes.next_hop = next_hop;
    Writer writer(0xFFFF);
    write_attributes(writer, context, attributes);
    if (!writer.ok()) {
        return make_error_code(boost::system::errc::message_size);
    }
    return EncodedAttributes{writer.take(), next_hop, std::nullopt};
}

// Room for a whole message is made at once, so that no octet after that asks for any; finish()
// gives back what was not needed.
UpdateFiller::UpdateFiller(Bytes& out, std::size_t limit) : out_(&out), begin_(out.size()) {
    assert(limit >= kMostBefore);
    out.resize(begin_ + limit);
    at_ = out.data() + begin_;
    end_ = at_ + limit;
    std::fill_n(at_, 16, std::uint8_t{0xFF});  // the marker
    at_ += 18;
    u8(static_cast<std::uint8_t>(MessageType::Update));
}

UpdateFiller::UpdateFiller(UpdateFiller&& other) noexcept
    : out_(std::exchange(other.out_, nullptr)),
      begin_(other.begin_),
      at_(other.at_),
      end_(other.end_),
      attributes_length_(other.attributes_length_),
      prefixes_length_(other.prefixes_length_),
      behind_(other.behind_),
      withdrawn_field_(other.withdrawn_field_),
      count_(other.count_) {}

UpdateFiller::~UpdateFiller() {
    if (out_ != nullptr) {
        out_->resize(begin_);
    }
}

UpdateFiller UpdateFiller::announcements(Bytes& out,
                                         AfiSafi family,
                                         const EncodedAttributes& attributes,
                                         std::size_t limit) {
    UpdateFiller filler(out, limit);
    filler.u16(0);  // no withdrawn routes
    filler.attributes_length_ = filler.at_;
    filler.u16(0);
    const ByteView octets = attributes.octets;
    if (octets.size() + kMostBefore > limit) {
        filler.end_ = filler.at_;  // no prefix will fit
        return filler;
    }
    if (family == kIpv4Unicast && attributes.next_hop.is_v4()) {
        filler.bytes(octets);
        patch(filler.attributes_length_, octets.size());
        filler.attributes_length_ = nullptr;
        return filler;
    }
    // MP_REACH grows to the message's end but must stand first (RFC 7606 5.1), so the place of the
    // shared attributes is kept free.
    filler.behind_ = octets;
    filler.end_ -= octets.size();
    filler.open_mp(AttributeCode::MpReach, family);
    const auto next_hop = attributes.next_hop.octets();
    const std::size_t second = attributes.link_local ? 16 : 0;
    filler.u8(static_cast<std::uint8_t>(next_hop.size() + second));
    filler.bytes(next_hop);
    if (attributes.link_local) {
        filler.bytes(attributes.link_local->octets());
    }
    filler.u8(0);  // reserved
    return filler;
}

std::size_t UpdateFiller::enough(const EncodedAttributes& attributes, std::size_t prefixes) {
    constexpr std::size_t kLongest = 17;  // an IPv6 /128 with its length
    return kMostBefore + attributes.octets.size() + kLongest * prefixes;
}

UpdateFiller UpdateFiller::withdrawals(Bytes& out, AfiSafi family, std::size_t limit) {
    UpdateFiller filler(out, limit);
    if (family == kIpv4Unicast) {
        filler.prefixes_length_ = filler.at_;
        filler.withdrawn_field_ = true;
        filler.u16(0);
        filler.end_ -= 2;  // the attributes' length
        return filler;
    }
    filler.u16(0);
    filler.attributes_length_ = filler.at_;
    filler.u16(0);
    filler.open_mp(AttributeCode::MpUnreach, family);
    return filler;
}

bool UpdateFiller::add(const net::Prefix& prefix) {
    const std::size_t octets = (prefix.length() + 7) / 8;
    if (static_cast<std::size_t>(end_ - at_) < octets + 1) {
        return false;
    }
    u8(static_cast<std::uint8_t>(prefix.length()));
    std::memcpy(at_, prefix.address().octets().data(), octets);
    at_ += octets;
    ++count_;
    return true;
}

void UpdateFiller::finish() {
    assert(count_ != 0 && out_ != nullptr);
    if (prefixes_length_ != nullptr) {
        patch(prefixes_length_, static_cast<std::size_t>(at_ - prefixes_length_) - 2);
    }
    if (withdrawn_field_) {
        u16(0);  // no attributes
    }
    if (!behind_.empty()) {
        bytes(behind_);
    }
    if (attributes_length_ != nullptr) {
        patch(attributes_length_, static_cast<std::size_t>(at_ - attributes_length_) - 2);
    }
    const auto size = static_cast<std::size_t>(at_ - (out_->data() + begin_));
    patch(out_->data() + begin_ + 16, size);
    std::exchange(out_, nullptr)->resize(begin_ + size);
}

void UpdateFiller::u16(std::size_t value) {
    patch(at_, value);
    at_ += 2;
}

void UpdateFiller::bytes(ByteView octets) {
    at_ = std::copy(octets.begin(), octets.end(), at_);
}

void UpdateFiller::patch(std::uint8_t* at, std::size_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

// With two length octets always, because how much will follow is known only at the end.
void UpdateFiller::open_mp(AttributeCode code, AfiSafi family) {
    u8(flag::kOptional | flag::kExtendedLength);
    u8(static_cast<std::uint8_t>(code));
    prefixes_length_ = at_;
    u16(0);
    u16(static_cast<std::size_t>(family.afi));
    u8(static_cast<std::uint8_t>(family.safi));
}

Bytes encode_end_of_rib(AfiSafi family) {
    if (family == kIpv4Unicast) {
        return encode_message(MessageType::Update, Bytes{0, 0, 0, 0});
    }
    Writer body(16);
    body.u16(0);
    const std::size_t total = body.open_u16();
    body.u8(flag::kOptional);
    body.u8(static_cast<std::uint8_t>(AttributeCode::MpUnreach));
    body.u8(3);
    body.u16(static_cast<std::uint16_t>(family.afi));
    body.u8(static_cast<std::uint8_t>(family.safi));
    body.close_u16(total);
    return encode_message(MessageType::Update, body.view());
}

}  // namespace routeproof::bgp
