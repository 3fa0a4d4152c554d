#include "drivers/nxos/parse_sessions.hpp"

#include "drivers/nxos/commands.hpp"
#include "drivers/nxos/rows.hpp"

#include <algorithm>
#include <utility>

namespace routeproof::nxos {

using drivers::BgpSession;
using drivers::Failure;

namespace {

bool is_unicast(std::string_view af_name) {
    return af_name.empty() || af_name == address_family_name(net::Family::IPv4) ||
           af_name == address_family_name(net::Family::IPv6);
}

class Reader final : public RowReader {
public:
    void enter(std::string_view key) override {
        if (key == "ROW_vrf") {
            vrf_seen = true;
            in_vrf_.clear();
        } else if (key == "ROW_saf") {
            in_family_.clear();
        }
    }

    void leave(std::string_view key, const Row& row) override {
        if (key == "ROW_neighbor") {
            add(row);
        } else if (key == "ROW_saf") {
            const bool counts = is_unicast(row["af-name"]);
            for (auto& session : std::exchange(in_family_, {})) {
                if (!counts) {
                    session.accepted.reset();
                }
                merge(std::move(session), in_vrf_);
            }
        } else if (key == "ROW_vrf" && row["vrf-name-out"] == "default") {
            // The same VRF may be listed twice, once without families.
            for (auto& session : std::exchange(in_vrf_, {})) {
                merge(std::move(session), sessions);
            }
        }
    }

    std::vector<BgpSession> sessions;
    bool vrf_seen = false;
    std::optional<Failure> failure;

private:
    void add(const Row& row) {
        const auto peer = net::Address::parse(row["neighborid"]);
        const auto asn = net::Asn::parse(row["neighboras"]);
        if (!peer || !asn) {
            failure = Failure{drivers::Stage::Parse,
                              Failure::Kind::Protocol,
                              "lists a BGP neighbour without a readable address and AS: \"" +
                                  std::string(row["neighborid"]) + "\", \"" +
                                  std::string(row["neighboras"]) + '"'};
            return;
        }
        BgpSession session;
        session.peer = *peer;
        session.peer_as = *asn;
        session.state = row["state"];
        // The text table has one column, state or number; so have some JSON forms.
        auto count = row.number("prefixreceived");
        if (const auto in_place_of_state = row.number("state")) {
            count = in_place_of_state;
            session.state = "Established";
        } else if (session.state.empty() && count) {
            session.state = "Established";
        }
        session.established = session.state == "Established";
        if (session.established && count) {
            session.accepted = *count;
        }
        in_family_.push_back(std::move(session));
    }

    static void merge(BgpSession session, std::vector<BgpSession>& into) {
        const auto known = std::find_if(into.begin(), into.end(), [&](const BgpSession& each) {
            return each.peer == session.peer;
        });
        if (known == into.end()) {
            into.push_back(std::move(session));
        } else if (session.accepted) {
            known->accepted = known->accepted.value_or(0) + *session.accepted;
        }
    }

    std::vector<BgpSession> in_family_;
    std::vector<BgpSession> in_vrf_;
};

}  // namespace

drivers::Answer<std::vector<BgpSession>> parse_sessions(std::string_view json) {
    Reader reader;
    const auto read = read_rows(json, reader);
    if (!read) {
        return read.error();
    }
    if (reader.failure) {
        return *reader.failure;
    }
    if (!reader.vrf_seen) {
        return Failure{drivers::Stage::Parse,
                       Failure::Kind::Protocol,
                       "answers JSON that is no BGP summary: it lists no VRF"};
    }
    return std::move(reader.sessions);
}

}  // namespace routeproof::nxos
