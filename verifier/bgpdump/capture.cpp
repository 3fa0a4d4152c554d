#include "verifier/bgpdump/capture.hpp"

#include "verifier/bgpdump/read_octets.hpp"

#include <optional>
#include <vector>

namespace routeproof::bgpdump {
namespace {

using bgp::Bytes;
using bgp::ByteView;

constexpr std::uint32_t kMicroseconds = 0xA1B2C3D4;
constexpr std::uint32_t kNanoseconds = 0xA1B23C4D;
constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::size_t kLargestBlock = 64U << 20;

constexpr std::uint32_t swapped(std::uint32_t value) {
    return value >> 24 | (value >> 8 & 0xFF00) | (value << 8 & 0xFF0000) | value << 24;
}

/// Numbers in the file's byte order.
class Numbers {
public:
    explicit Numbers(bool big_endian) : big_(big_endian) {}

    std::uint16_t u16(ByteView at) const {
        return static_cast<std::uint16_t>(big_ ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
    }
    std::uint32_t u32(ByteView at) const {
        const std::uint32_t value = std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 |
                                    std::uint32_t{at[2]} << 8 | at[3];
        return big_ ? value : swapped(value);
    }

private:
    bool big_;
};

std::string cut_at(std::uint64_t packet) {
    return "the file ends inside packet " + std::to_string(packet);
}

// --- pcapng (draft-ietf-opsawg-pcapng) ------------------------------------------------------

struct Interface {
    std::uint32_t link_type = 0;
    std::uint64_t per_second = 1000000;  // ticks of its clock
};

// Option 9, if_tsresol: a power of ten, or of two if the highest bit is set.
std::uint64_t resolution(ByteView options, const Numbers& numbers) {
    while (options.size() >= 4) {
        const std::uint16_t code = numbers.u16(options);
        const std::uint16_t length = numbers.u16(options.subspan(2));
        options = options.subspan(4);
        if (code == 0 || length > options.size()) {
            break;
        }
        if (code == 9 && length == 1) {
            const unsigned exponent = options[0] & 0x7FU;
            if ((options[0] & 0x80U) != 0) {
                return std::uint64_t{1} << std::min(exponent, 63U);
            }
            std::uint64_t per_second = 1;
            for (unsigned i = 0; i < std::min(exponent, 19U); ++i) {
                per_second *= 10;
            }
            return per_second;
        }
        const std::size_t padded = (std::size_t{length} + 3) / 4 * 4;
        options = options.subspan(std::min(padded, options.size()));
    }
    return 1000000;
}

__extension__ typedef unsigned __int128 Wide;

std::uint64_t to_nanoseconds(std::uint64_t ticks, std::uint64_t per_second) {
    const std::uint64_t seconds = ticks / per_second;
    const std::uint64_t rest = ticks % per_second;
    const auto fraction = static_cast<std::uint64_t>(Wide{rest} * 1000000000 / per_second);
    return seconds * 1000000000 + fraction;
}

class PcapngReader {
public:
    PcapngReader(std::istream& in, const std::function<void(const Packet&)>& sink)
        : in_(in), sink_(sink) {}

    // The section header's own type has been read.
    std::string run() {
        if (!read_section_header()) {
            return "the section header cannot be read";
        }
        Bytes head;
        while (in_.peek() != std::istream::traits_type::eof()) {
            if (!read_octets(in_, head, 4)) {
                return cut_at(number_ + 1);
            }
            const std::uint32_t type = numbers_.u32(head);
            if (type == kSectionHeader) {
                if (!read_section_header()) {
                    return "a section header cannot be read";
                }
                continue;
            }
            if (!read_octets(in_, head, 4)) {
                return cut_at(number_ + 1);
            }
            const std::uint32_t length = numbers_.u32(head);
            if (length < 12 || length > kLargestBlock || length % 4 != 0) {
                return "a block after packet " + std::to_string(number_) +
                       " has a length that cannot be";
            }
            if (!read_octets(in_, block_, length - 8)) {
                return cut_at(number_ + 1);
            }
            handle(type, ByteView(block_).first(length - 12));
        }
        return {};
    }

private:
    bool read_section_header() {
        Bytes head;
        if (!read_octets(in_, head, 8)) {
            return false;
        }
        const Numbers little(false);
        if (little.u32(ByteView(head).subspan(4)) == 0x1A2B3C4D) {
            numbers_ = little;
        } else if (little.u32(ByteView(head).subspan(4)) == 0x4D3C2B1A) {
            numbers_ = Numbers(true);
        } else {
            return false;
        }
        interfaces_.clear();
        const std::uint32_t length = numbers_.u32(head);
        return length >= 28 && length <= kLargestBlock && read_octets(in_, block_, length - 12);
    }

    void handle(std::uint32_t type, ByteView body) {
        if (type == 1 && body.size() >= 8) {  // interface description
            interfaces_.push_back({numbers_.u16(body), resolution(body.subspan(8), numbers_)});
        } else if (type == 6 && body.size() >= 20) {  // enhanced packet
            const std::uint32_t interface = numbers_.u32(body);
            const std::uint64_t ticks =
                std::uint64_t{numbers_.u32(body.subspan(4))} << 32 | numbers_.u32(body.subspan(8));
            hand_out(interface,
                     ticks,
                     numbers_.u32(body.subspan(12)),
                     numbers_.u32(body.subspan(16)),
                     body.subspan(20));
        } else if (type == 3 && body.size() >= 4) {  // simple packet
            const std::uint32_t size = numbers_.u32(body);
            hand_out(0, 0, size, size, body.subspan(4));
        }
    }

    void hand_out(std::uint32_t interface,
                  std::uint64_t ticks,
                  std::size_t captured,
                  std::size_t original,
                  ByteView octets) {
        ++number_;
        if (interface >= interfaces_.size()) {
            return;
        }
        const Interface& from = interfaces_[interface];
        const auto kept = octets.first(std::min(captured, octets.size()));
        sink_({number_,
               to_nanoseconds(ticks, from.per_second),
               from.link_type,
               kept,
               kept.size() < original});
    }

    std::istream& in_;
    const std::function<void(const Packet&)>& sink_;
    Numbers numbers_{false};
    std::vector<Interface> interfaces_;
    Bytes block_;
    std::uint64_t number_ = 0;
};

}  // namespace

bool is_pcap(std::uint32_t first) {
    return first == kMicroseconds || first == kNanoseconds || first == swapped(kMicroseconds) ||
           first == swapped(kNanoseconds);
}

bool is_pcapng(std::uint32_t first) {
    return first == kSectionHeader;
}

std::string read_pcap(std::istream& in,
                      std::uint32_t first,
                      const std::function<void(const Packet&)>& sink) {
    const Numbers numbers(first == kMicroseconds || first == kNanoseconds);
    const bool nanoseconds = first == kNanoseconds || first == swapped(kNanoseconds);
    Bytes head;
    if (!read_octets(in, head, 20)) {
        return "the file ends inside its header";
    }
    const std::uint32_t link_type = numbers.u32(ByteView(head).subspan(16)) & 0x0FFFFFFF;
    Bytes octets;
    for (std::uint64_t number = 1; in.peek() != std::istream::traits_type::eof(); ++number) {
        if (!read_octets(in, head, 16)) {
            return cut_at(number);
        }
        const ByteView fields = head;
        const std::uint64_t seconds = numbers.u32(fields);
        const std::uint64_t fraction = numbers.u32(fields.subspan(4));
        const std::size_t captured = numbers.u32(fields.subspan(8));
        const std::size_t original = numbers.u32(fields.subspan(12));
        if (captured > kLargestBlock) {
            return "packet " + std::to_string(number) + " has a length that cannot be";
        }
        if (!read_octets(in, octets, captured)) {
            return cut_at(number);
        }
        sink({number,
              seconds * 1000000000 + fraction * (nanoseconds ? 1 : 1000),
              link_type,
              octets,
              captured < original});
    }
    return {};
}

std::string read_pcapng(std::istream& in, const std::function<void(const Packet&)>& sink) {
    return PcapngReader(in, sink).run();
}

}  // namespace routeproof::bgpdump
