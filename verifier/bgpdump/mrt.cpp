#include "verifier/bgpdump/mrt.hpp"

#include "agent/peering/wire/attribute_table.hpp"
#include "agent/peering/wire/nlri.hpp"
#include "verifier/bgpdump/read_octets.hpp"
#include "verifier/bgpdump/timestamp.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace routeproof::bgpdump {
namespace {

using bgp::Bytes;
using bgp::ByteView;
using bgp::Reader;

// https://www.iana.org/assignments/mrt
enum class Type : std::uint16_t {
    TableDump = 12,
    TableDumpV2 = 13,
    Bgp4mp = 16,
    Bgp4mpEt = 17,
};

enum class Bgp4mp : std::uint16_t {
    StateChange = 0,
    Message = 1,
    MessageAs4 = 4,
    StateChangeAs4 = 5,
    MessageLocal = 6,
    MessageAs4Local = 7,
    MessageAddPath = 8,  // RFC 8050
    MessageAs4AddPath = 9,
    MessageLocalAddPath = 10,
    MessageAs4LocalAddPath = 11,
};

enum class TableDumpV2 : std::uint16_t {
    PeerIndexTable = 1,
    RibIpv4Unicast = 2,
    RibIpv6Unicast = 4,
    RibIpv4UnicastAddPath = 8,  // RFC 8050
    RibIpv6UnicastAddPath = 10,
};

constexpr std::size_t kHeader = 12;
constexpr std::size_t kLargestRecord = 16U << 20;

constexpr const char* kStates[] = {
    "?", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"};

net::Address read_address(Reader& reader, net::Family family) {
    const auto address = net::Address::from_octets(reader.bytes(net::width(family) / 8));
    return address ? *address : net::Address::any(family);
}

struct TablePeer {
    net::Address address;
    net::Asn asn;
};

class MrtReader {
public:
    MrtReader(std::string name,
              const Context& assumed,
              const Sink& sink,
              const std::function<void(const Source&)>& note,
              const Complain& complain)
        : name_(std::move(name)),
          assumed_(assumed),
          sink_(sink),
          note_(note),
          complain_(complain) {}

    std::string run(std::istream& in) {
        Bytes octets;
        for (record_ = 1; in.peek() != std::istream::traits_type::eof(); ++record_) {
            if (!read_octets(in, octets, kHeader)) {
                return cut();
            }
            Reader header(octets);
            nanoseconds_ = std::uint64_t{header.u32()} * 1000000000;
            const auto type = static_cast<Type>(header.u16());
            const std::uint16_t subtype = header.u16();
            const std::size_t length = header.u32();
            if (length > kLargestRecord) {
                return "record " + std::to_string(record_) + " has a length that cannot be";
            }
            if (!read_octets(in, octets, length)) {
                return cut();
            }
            if (!handle(type, subtype, Reader(octets))) {
                complain_(name_ + ": record " + std::to_string(record_),
                          "cannot be read: it is shorter than it says");
            }
        }
        return {};
    }

private:
    std::string cut() const { return "the file ends inside record " + std::to_string(record_); }

    Source source() const { return {{"record", record_}, {"time", timestamp(nanoseconds_)}}; }

    bool handle(Type type, std::uint16_t subtype, Reader reader) {
        switch (type) {
            case Type::Bgp4mpEt:
                nanoseconds_ += std::uint64_t{reader.u32()} * 1000;
                return bgp4mp(static_cast<Bgp4mp>(subtype), reader);
            case Type::Bgp4mp:
                return bgp4mp(static_cast<Bgp4mp>(subtype), reader);
            case Type::TableDumpV2:
                return table_v2(static_cast<TableDumpV2>(subtype), reader);
            case Type::TableDump:
                return table(subtype, reader);
        }
        complain_(name_ + ": record " + std::to_string(record_),
                  "MRT type " + std::to_string(static_cast<unsigned>(type)) +
                      " holds no BGP that can be read; skipped");
        return true;
    }

    bool bgp4mp(Bgp4mp subtype, Reader& reader) {
        const bool as4 = subtype == Bgp4mp::MessageAs4 || subtype == Bgp4mp::StateChangeAs4 ||
                         subtype == Bgp4mp::MessageAs4Local ||
                         subtype == Bgp4mp::MessageAs4AddPath ||
                         subtype == Bgp4mp::MessageAs4LocalAddPath;
        const bool add_path =
            subtype == Bgp4mp::MessageAddPath || subtype == Bgp4mp::MessageAs4AddPath ||
            subtype == Bgp4mp::MessageLocalAddPath || subtype == Bgp4mp::MessageAs4LocalAddPath;
        const bool local = subtype == Bgp4mp::MessageLocal || subtype == Bgp4mp::MessageAs4Local ||
                           subtype == Bgp4mp::MessageLocalAddPath ||
                           subtype == Bgp4mp::MessageAs4LocalAddPath;
        const auto asn = [&] { return net::Asn(as4 ? reader.u32() : reader.u16()); };
        const net::Asn peer_as = asn();
        const net::Asn local_as = asn();
        reader.u16();  // interface index
        const std::uint16_t afi = reader.u16();
        if (afi != 1 && afi != 2) {
            return false;
        }
        const net::Family family = afi == 1 ? net::Family::IPv4 : net::Family::IPv6;
        const net::Address peer = read_address(reader, family);
        const net::Address us = read_address(reader, family);
        if (!reader.ok()) {
            return false;
        }
        Source where = source();
        where["peer"] = peer.to_string();
        where["peer_as"] = peer_as.value();
        where["local"] = us.to_string();
        where["local_as"] = local_as.value();
        if (subtype == Bgp4mp::StateChange || subtype == Bgp4mp::StateChangeAs4) {
            return state_change(std::move(where), reader);
        }
        where["direction"] = local ? "sent" : "received";
        Context context = assumed_;
        context.update.four_octet_as = as4;
        context.update.internal = peer_as == local_as;
        context.extended_message = true;  // whatever was stored had been agreed to
        if (add_path) {
            context.update.add_path = context.update.families;
        }
        sink_(where, Kind::Message, reader.rest(), context);
        return true;
    }

    bool state_change(Source where, Reader& reader) {
        const std::size_t before = reader.u16();
        const std::size_t after = reader.u16();
        if (!reader.ok()) {
            return false;
        }
        const auto name = [](std::size_t state) {
            return state < std::size(kStates) ? kStates[state] : "?";
        };
        note_({{"schema", "routeproof.bgp-decode/1"},
               {"source", std::move(where)},
               {"kind", "state-change"},
               {"from", name(before)},
               {"to", name(after)}});
        return true;
    }

    bool table_v2(TableDumpV2 subtype, Reader& reader) {
        switch (subtype) {
            case TableDumpV2::PeerIndexTable:
                return peer_index(reader);
            case TableDumpV2::RibIpv4Unicast:
                return rib(bgp::kIpv4Unicast, false, reader);
            case TableDumpV2::RibIpv6Unicast:
                return rib(bgp::kIpv6Unicast, false, reader);
            case TableDumpV2::RibIpv4UnicastAddPath:
                return rib(bgp::kIpv4Unicast, true, reader);
            case TableDumpV2::RibIpv6UnicastAddPath:
                return rib(bgp::kIpv6Unicast, true, reader);
        }
        complain_(name_ + ": record " + std::to_string(record_),
                  "TABLE_DUMP_V2 subtype " + std::to_string(static_cast<unsigned>(subtype)) +
                      " is none of IPv4 and IPv6 unicast; skipped");
        return true;
    }

    bool peer_index(Reader& reader) {
        reader.u32();  // collector
        reader.bytes(reader.u16());
        const std::size_t count = reader.u16();
        peers_.clear();
        for (std::size_t i = 0; i < count && reader.ok(); ++i) {
            const std::uint8_t type = reader.u8();
            reader.u32();  // BGP identifier
            const auto family = (type & 1U) != 0 ? net::Family::IPv6 : net::Family::IPv4;
            TablePeer peer;
            peer.address = read_address(reader, family);
            peer.asn = net::Asn((type & 2U) != 0 ? reader.u32() : reader.u16());
            peers_.push_back(peer);
        }
        return reader.ok();
    }

    bool rib(bgp::AfiSafi family, bool add_path, Reader& reader) {
        reader.u32();  // sequence number
        // One prefix stands there as NLRI do.
        const std::uint8_t length = reader.u8();
        const ByteView address = reader.bytes((std::size_t{length} + 7) / 8);
        Bytes nlri{length};
        nlri.insert(nlri.end(), address.begin(), address.end());
        Reader one(nlri);
        std::vector<net::Prefix> prefixes;
        bgp::read_prefixes(one, *bgp::family_of(family), prefixes);
        const std::size_t count = reader.u16();
        if (!reader.ok() || prefixes.size() != 1) {
            return false;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t peer = reader.u16();
            const std::uint32_t originated = reader.u32();
            const std::uint32_t path_id = add_path ? reader.u32() : 0;
            const ByteView attributes = reader.bytes(reader.u16());
            if (!reader.ok()) {
                return false;
            }
            Source where = source();
            where["prefix"] = prefixes.front().to_string();
            if (add_path) {
                where["path_id"] = path_id;
            }
            where["originated"] = timestamp(std::uint64_t{originated} * 1000000000);
            name_peer(where, peer);
            Context context = assumed_;
            context.update.four_octet_as = true;  // RFC 6396 4.3.4
            context.update.families = {family};
            context.update.internal = true;  // a table may hold what came from inside
            sink_(where, Kind::Attributes, with_whole_mp_reach(attributes, family), context);
        }
        return true;
    }

    void name_peer(Source& where, std::size_t peer) const {
        if (peer < peers_.size()) {
            where["peer"] = peers_[peer].address.to_string();
            where["peer_as"] = peers_[peer].asn.value();
        }
    }

    // RFC 6396 4.3.4: of MP_REACH only the next hop and its length are stored; some write it whole.
    static Bytes with_whole_mp_reach(ByteView attributes, bgp::AfiSafi family) {
        Bytes whole;
        Reader reader(attributes);
        while (!reader.empty()) {
            const ByteView rest = attributes.last(reader.remaining());
            const std::uint8_t flags = reader.u8();
            const std::uint8_t code = reader.u8();
            const bool extended = (flags & bgp::flag::kExtendedLength) != 0;
            const std::size_t length = extended ? reader.u16() : reader.u8();
            const ByteView value = reader.bytes(length);
            if (!reader.ok()) {  // for the decoder to judge
                whole.insert(whole.end(), rest.begin(), rest.end());
                break;
            }
            const bool abbreviated =
                code == static_cast<std::uint8_t>(bgp::AttributeCode::MpReach) && !value.empty() &&
                value[0] == value.size() - 1;
            if (!abbreviated) {
                const ByteView same = rest.first(rest.size() - reader.remaining());
                whole.insert(whole.end(), same.begin(), same.end());
                continue;
            }
            bgp::Writer content(0xFFFF);
            content.u16(static_cast<std::uint16_t>(family.afi));
            content.u8(static_cast<std::uint8_t>(family.safi));
            content.bytes(value);
            content.u8(0);
            bgp::Writer attribute(0xFFFF);
            bgp::write_attribute(attribute,
                                 static_cast<std::uint8_t>(flags & ~bgp::flag::kExtendedLength),
                                 code,
                                 content.view());
            const auto octets = attribute.view();
            whole.insert(whole.end(), octets.begin(), octets.end());
        }
        return whole;
    }

    bool table(std::uint16_t subtype, Reader& reader) {
        if (subtype != 1 && subtype != 2) {
            return false;
        }
        const auto family = subtype == 1 ? bgp::kIpv4Unicast : bgp::kIpv6Unicast;
        reader.u32();  // view and sequence number
        const net::Address address = read_address(reader, *bgp::family_of(family));
        const unsigned length = reader.u8();
        reader.u8();  // status
        const std::uint32_t originated = reader.u32();
        const net::Address peer = read_address(reader, *bgp::family_of(family));
        const std::uint16_t peer_as = reader.u16();
        const ByteView attributes = reader.bytes(reader.u16());
        if (!reader.ok() || length > net::width(address.family())) {
            return false;
        }
        Source where = source();
        where["prefix"] = net::Prefix(address, length).to_string();
        where["originated"] = timestamp(std::uint64_t{originated} * 1000000000);
        where["peer"] = peer.to_string();
        where["peer_as"] = peer_as;
        Context context = assumed_;
        context.update.four_octet_as = false;  // RFC 6396 4.2
        context.update.families = {family};
        context.update.internal = true;
        sink_(where, Kind::Attributes, with_whole_mp_reach(attributes, family), context);
        return true;
    }

    std::string name_;
    const Context& assumed_;
    const Sink& sink_;
    const std::function<void(const Source&)>& note_;
    const Complain& complain_;
    std::vector<TablePeer> peers_;
    std::uint64_t record_ = 0;
    std::uint64_t nanoseconds_ = 0;
};

}  // namespace

std::string read_mrt(std::istream& in,
                     const std::string& name,
                     const Context& assumed,
                     const Sink& sink,
                     const std::function<void(const Source&)>& note,
                     const Complain& complain) {
    return MrtReader(name, assumed, sink, note, complain).run(in);
}

bool is_mrt(ByteView first) {
    Reader reader(first);
    reader.u32();
    const std::uint16_t type = reader.u16();
    const std::uint16_t subtype = reader.u16();
    const std::uint32_t length = reader.u32();
    const bool known = type == 12 || type == 13 || type == 16 || type == 17;
    return reader.ok() && known && subtype < 16 && length <= kLargestRecord;
}

}  // namespace routeproof::bgpdump
