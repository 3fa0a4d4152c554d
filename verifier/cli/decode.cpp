// `routeproof decode bgp` and `encode bgp`.
#include "verifier/bgpdump/capture.hpp"
#include "verifier/bgpdump/compose.hpp"
#include "verifier/bgpdump/conversation.hpp"
#include "verifier/bgpdump/describe.hpp"
#include "verifier/bgpdump/lines.hpp"
#include "verifier/bgpdump/mrt.hpp"
#include "verifier/bgpdump/words.hpp"
#include "verifier/cli/commands.hpp"

#include <sysexits.h>

#include <array>
#include <fstream>
#include <iostream>
#include <sstream>

namespace routeproof::verifier {
namespace {

using Json = nlohmann::ordered_json;

// An input that is a file, or standard input; and what was read to recognize it, put back in front.
class Input {
public:
    explicit Input(const std::filesystem::path& file)
        : standard_(file == "-"), name_(standard_ ? "stdin" : file.string()) {
        if (!standard_) {
            file_.open(file, std::ios::binary);
        }
    }
    bool good() const { return standard_ || file_.is_open(); }
    const std::string& name() const { return name_; }
    std::istream& stream() { return standard_ ? std::cin : file_; }

private:
    bool standard_;
    std::string name_;
    std::ifstream file_;
};

// What has been read of a stream already, and then the rest of it.
class Rejoined : public std::streambuf {
public:
    Rejoined(std::string head, std::streambuf* rest) : head_(std::move(head)), rest_(rest) {
        setg(head_.data(), head_.data(), head_.data() + head_.size());
    }

protected:
    int_type underflow() override {
        const auto count = rest_->sgetn(block_.data(), static_cast<std::streamsize>(block_.size()));
        if (count <= 0) {
            return traits_type::eof();
        }
        setg(block_.data(), block_.data(), block_.data() + count);
        return traits_type::to_int_type(block_[0]);
    }

private:
    std::string head_;
    std::streambuf* rest_;
    std::array<char, 65536> block_{};
};

std::uint32_t big_endian(std::string_view octets) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4 && i < octets.size(); ++i) {
        value = value << 8 | static_cast<unsigned char>(octets[i]);
    }
    return value;
}

bgp::ByteView view(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void print(const Json& line) {
    std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

class Decoder {
public:
    Decoder(const DecodeOptions& options, bgpdump::Context context)
        : options_(options), context_(std::move(context)), input_(options.file) {}

    int run() {
        if (!input_.good()) {
            return complain(EX_NOINPUT, input_.name() + ": cannot be opened");
        }
        std::string head(12, '\0');
        input_.stream().read(head.data(), static_cast<std::streamsize>(head.size()));
        head.resize(static_cast<std::size_t>(input_.stream().gcount()));
        input_.stream().clear(input_.stream().rdstate() & ~(std::ios::failbit | std::ios::eofbit));
        const std::string trouble = read(head);
        if (!trouble.empty()) {
            complain_of(input_.name(), trouble);
        }
        if (!std::cout.flush()) {
            return complain(EX_IOERR, "standard output cannot be written");
        }
        return wrong_ ? EX_DATAERR : EX_OK;
    }

private:
    std::string read(const std::string& head) {
        const std::uint32_t first = big_endian(head);
        Rejoined joined(head, input_.stream().rdbuf());
        if (head.size() >= 4 && (bgpdump::is_pcap(first) || bgpdump::is_pcapng(first))) {
            return read_capture(first, head);
        }
        std::istream in(&joined);
        if (head.size() >= 2 && (first >> 16 == 0x1F8B || first >> 16 == 0x425A)) {
            return "is compressed: decompress it into a pipe, and read from -";
        }
        if (bgpdump::is_mrt(view(head))) {
            return bgpdump::read_mrt(in, input_.name(), context_, sink(), print, complain_of());
        }
        bgpdump::read_lines(in, input_.name(), context_, sink(), complain_of());
        return {};
    }

    std::string read_capture(std::uint32_t first, const std::string& head) {
        bgpdump::Conversations conversations(
            input_.name(), options_.port, context_, sink(), complain_of());
        const auto packet = [&](const bgpdump::Packet& one) { conversations.packet(one); };
        Rejoined joined(head.substr(4), input_.stream().rdbuf());
        std::istream in(&joined);
        std::string trouble = bgpdump::is_pcap(first) ? bgpdump::read_pcap(in, first, packet)
                                                      : bgpdump::read_pcapng(in, packet);
        conversations.finish();
        if (trouble.empty() && conversations.segments() == 0) {
            trouble = "holds no TCP segment of port " + std::to_string(options_.port) +
                      " (--port for another)";
        }
        return trouble;
    }

    static bgpdump::Sink sink() {
        return [](const bgpdump::Source& source,
                  bgpdump::Kind kind,
                  bgp::ByteView octets,
                  const bgpdump::Context& context) {
            print(bgpdump::describe(source, kind, octets, context));
        };
    }

    bgpdump::Complain complain_of() {
        return [this](const std::string& where, const std::string& sentence) {
            complain_of(where, sentence);
        };
    }
    void complain_of(const std::string& where, const std::string& sentence) {
        std::cout.flush();
        wrong_ = true;
        complain(EX_DATAERR, where + ": " + sentence);
    }

    const DecodeOptions& options_;
    bgpdump::Context context_;
    Input input_;
    bool wrong_ = false;
};

}  // namespace

int run_decode_bgp(const DecodeOptions& options) {
    bgpdump::Context context;
    context.update.four_octet_as = !options.two_octet_as;
    context.update.internal = options.internal;
    context.extended_message = options.extended_message;
    const auto read = [](const std::vector<std::string>& names, std::vector<bgp::AfiSafi>& into) {
        for (const auto& name : names) {
            const auto family = bgpdump::family_named(name);
            if (!family) {
                return complain(EX_USAGE,
                                '"' + name +
                                    "\" is no address family: write ipv4-unicast, ipv6-unicast or "
                                    "AFI/SAFI");
            }
            into.push_back(*family);
        }
        return EX_OK;
    };
    if (!options.families.empty()) {
        context.update.families.clear();
    }
    for (const int code : {read(options.families, context.update.families),
                           read(options.add_path, context.update.add_path)}) {
        if (code != EX_OK) {
            return code;
        }
    }
    return Decoder(options, std::move(context)).run();
}

int run_encode_bgp(const std::filesystem::path& file) {
    Input input(file);
    if (!input.good()) {
        return complain(EX_NOINPUT, input.name() + ": cannot be opened");
    }
    bool wrong = false;
    std::string text;
    for (std::size_t number = 1; std::getline(input.stream(), text); ++number) {
        if (text.find_first_not_of(" \t\r") == std::string::npos || text.front() == '#') {
            continue;
        }
        std::string sentence;
        try {
            const bgp::Bytes octets = bgpdump::compose(Json::parse(text));
            std::cout << bgp::to_hex(octets, octets.size()) << '\n';
            continue;
        } catch (const Json::parse_error& error) {
            sentence = "no JSON (at character " + std::to_string(error.byte) + ")";
        } catch (const Json::exception&) {
            sentence = "a member has the wrong type";
        } catch (const std::invalid_argument& error) {
            sentence = error.what();
        }
        std::cout.flush();
        complain(EX_DATAERR, input.name() + ':' + std::to_string(number) + ": " + sentence);
        wrong = true;
    }
    if (!std::cout.flush()) {
        return complain(EX_IOERR, "standard output cannot be written");
    }
    return wrong ? EX_DATAERR : EX_OK;
}

}  // namespace routeproof::verifier
