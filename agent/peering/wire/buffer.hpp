// Octets in and out, with bounds checked in one place.
//
// Both remember their first failure, so that a codec reads like the RFC's diagram and asks once at
// the end. A failed Reader is empty and yields zeros: a loop "until empty" always ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace routeproof::bgp {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

class Reader {
public:
    /// The octets must outlive the reader and what bytes() hands out.
    explicit Reader(ByteView octets) : rest_(octets) {}

    bool ok() const { return ok_; }
    bool empty() const { return rest_.empty(); }
    std::size_t remaining() const { return rest_.size(); }

    std::uint8_t u8() {
        const ByteView octets = bytes(1);
        return octets.empty() ? std::uint8_t{0} : octets[0];
    }
    std::uint16_t u16() {
        const ByteView octets = bytes(2);
        return octets.empty() ? std::uint16_t{0}
                              : static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
    }
    std::uint32_t u32() {
        std::uint32_t value = 0;
        for (const std::uint8_t octet : bytes(4)) {
            value = value << 8 | octet;
        }
        return value;
    }
    /// The next `count` octets; fewer are there: fails and yields none.
    ByteView bytes(std::size_t count) {
        if (count > rest_.size()) {
            fail();
            return {};
        }
        const ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    ByteView rest() { return bytes(remaining()); }
    /// A reader cut to the next `count` octets; fewer are there: both fail.
    Reader sub(std::size_t count);
    void fail();

private:
    ByteView rest_;
    bool ok_ = true;
};

class Writer {
public:
    /// Fails rather than grow past `limit` octets.
    explicit Writer(std::size_t limit) : limit_(limit) {
        constexpr std::size_t kUsual = 64;  // octets: most bodies and attribute sets
        octets_.reserve(limit < kUsual ? limit : kUsual);
    }

    bool ok() const { return ok_; }
    std::size_t size() const { return octets_.size(); }
    std::size_t room() const { return limit_ - octets_.size(); }

    void u8(std::uint8_t value);
    void u16(std::uint16_t value);
    void u32(std::uint32_t value);
    void bytes(ByteView octets);

    /// Begins a length field of one or two octets; close_ writes how much followed it.
    std::size_t open_u8();
    void close_u8(std::size_t at);
    std::size_t open_u16();
    void close_u16(std::size_t at);
    /// Closes a field of one octet; what followed is moved to make it two octets wide if it is too
    /// long for one. True: it was.
    bool close_u8_or_wider(std::size_t at);
    /// Overwrites octets written before.
    void patch_u8(std::size_t at, std::uint8_t value);
    void patch_u16(std::size_t at, std::size_t value);

    void fail() { ok_ = false; }

    ByteView view() const { return octets_; }
    /// What was written. Precondition: ok().
    Bytes take() { return std::move(octets_); }

private:
    bool fits(std::size_t more);

    Bytes octets_;
    std::size_t limit_;
    bool ok_ = true;
};

}  // namespace routeproof::bgp
