// Changes one router of an inventory, step by step: what tests of changes drive.
//
//   change_tool INVENTORY ROUTER [ticket=JSON] STEP...
//
// Steps: promise, stage (the change as JSON on standard input), discard, commit=SECONDS, confirm,
// rollback, inspect, hold, which waits to be killed, and stop, which waits for SIGCONT. Each prints
// one line of JSON; a failure is printed like an answer and ends the run.
#include "drivers/change.hpp"
#include "inventory/loader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace routeproof::drivers {
namespace {

using nlohmann::json;

Presence presence(const json& from) {
    return from.value("absent", false) ? Presence::Absent : Presence::Present;
}

net::Address address(const json& from, const char* key) {
    return *net::Address::parse(from.at(key).get<std::string>());
}

net::Family family(const json& from) {
    return from.value("family", "ipv4") == "ipv6" ? net::Family::IPv6 : net::Family::IPv4;
}

template <class T>
std::optional<T> maybe(const json& from, const char* key) {
    return from.contains(key) ? std::optional<T>(from.at(key).get<T>()) : std::nullopt;
}

BgpPeer read_peer(const json& from) {
    BgpPeer peer;
    peer.presence = presence(from);
    peer.address = address(from, "address");
    if (const auto asn = maybe<std::uint32_t>(from, "as")) {
        peer.remote_as = net::Asn(*asn);
    }
    peer.group = from.value("group", "");
    peer.description = from.value("description", "");
    peer.import_policy = from.value("import", "");
    peer.export_policy = from.value("export", "");
    if (const auto password = maybe<std::string>(from, "password")) {
        peer.password = Secret(*password);
    }
    peer.shutdown = maybe<bool>(from, "shutdown");
    peer.keep_received = maybe<bool>(from, "keep_received");
    return peer;
}

PeerBfd read_bfd(const json& from) {
    PeerBfd bfd;
    bfd.presence = presence(from);
    bfd.peer = address(from, "peer");
    bfd.group = from.value("group", "");
    if (const auto interval = maybe<int>(from, "interval")) {
        bfd.timers =
            PeerBfd::Timers{std::chrono::milliseconds(*interval), from.value("multiplier", 3U)};
    }
    return bfd;
}

PrefixList read_list(const json& from) {
    PrefixList list;
    list.presence = presence(from);
    list.name = from.at("name");
    list.family = family(from);
    list.or_longer = from.value("or_longer", false);
    for (const auto& each : from.value("prefixes", json::array())) {
        list.prefixes.push_back(*net::Prefix::parse(each.get<std::string>()));
    }
    return list;
}

RoutePolicy read_policy(const json& from) {
    RoutePolicy policy;
    policy.presence = presence(from);
    policy.name = from.at("name");
    for (const auto& each : from.value("terms", json::array())) {
        RoutePolicy::Term term;
        term.prefix_list = each.value("prefix_list", "");
        term.family = family(each);
        term.or_longer = each.value("or_longer", false);
        term.action = each.value("reject", false) ? RoutePolicy::Term::Action::Reject
                                                  : RoutePolicy::Term::Action::Accept;
        term.local_preference = maybe<std::uint32_t>(each, "local_preference");
        term.med = maybe<std::uint32_t>(each, "med");
        for (const auto& community : each.value("communities", json::array())) {
            term.add_communities.push_back(*net::Community::parse(community.get<std::string>()));
        }
        for (const auto& asn : each.value("prepend", json::array())) {
            term.prepend.emplace_back(asn.get<std::uint32_t>());
        }
        policy.terms.push_back(std::move(term));
    }
    return policy;
}

Change read_change(const json& from) {
    Change change;
    change.router_as = net::Asn(from.value("as", 0U));
    change.author = from.value("author", "");
    for (const auto& item : from.at("items")) {
        if (item.contains("peer")) {
            change.items.emplace_back(read_peer(item["peer"]));
        } else if (item.contains("bfd")) {
            change.items.emplace_back(read_bfd(item["bfd"]));
        } else if (item.contains("prefix_list")) {
            change.items.emplace_back(read_list(item["prefix_list"]));
        } else if (item.contains("policy")) {
            change.items.emplace_back(read_policy(item["policy"]));
        } else {
            change.items.emplace_back(ConfigText{item.at("text").get<std::string>()});
        }
    }
    return change;
}

json as_json(const Ticket& ticket) {
    return {
        {"id", ticket.id}, {"router", ticket.router}, {"base", ticket.base}, {"boot", ticket.boot}};
}

json as_json(const Outcome& outcome) {
    json out{{"state", to_string(outcome.state)},
             {"what", outcome.what},
             {"notes", outcome.notes},
             {"others", outcome.others},
             {"difference", outcome.difference},
             {"remedy", outcome.remedy}};
    if (outcome.remaining) {
        out["remaining"] = outcome.remaining->count();
    }
    return out;
}

json as_json(const Promise& promise) {
    return {{"guarantee", to_string(promise.guarantee)},
            {"weaker", promise.weaker()},
            {"sentence", promise.sentence},
            {"step", promise.step.count()}};
}

constexpr const char* kKinds[] = {"unreachable", "denied", "protocol", "not supported", "trouble"};

json as_json(const Failure& failure) {
    return {{"failure", kKinds[static_cast<int>(failure.kind)]},
            {"stage", to_string(failure.stage)},
            {"what", failure.what}};
}

class Run {
public:
    Run(const std::string& inventory_file, const std::string& router_name) {
        auto loaded = inventory::load(inventory_file);
        if (!loaded) {
            throw std::runtime_error(loaded.error().front().what);
        }
        const auto* router = loaded->router(router_name);
        if (router == nullptr) {
            throw std::runtime_error("no such router: " + router_name);
        }
        target_.name = router->name;
        target_.os = router->os;
        target_.access = router->access;
        ticket_.router = router->name;
    }

    bool step(const std::string& word) {
        const auto equals = word.find('=');
        const std::string verb = word.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
        if (verb == "ticket") {
            const auto from = json::parse(value);
            ticket_ = {from.at("id"), from.at("router"), from.at("base"), from.at("boot")};
            return true;
        }
        if (!changer_) {
            changer_ = make_changer(io_.get_executor(), target_);
        }
        if (verb == "promise") {
            return print(wait_for(changer_->promise()));
        }
        if (verb == "stage") {
            const std::string text((std::istreambuf_iterator<char>(std::cin)), {});
            const auto staged = wait_for(changer_->stage(read_change(json::parse(text))));
            if (!staged) {
                return print(staged);
            }
            if (!staged->held_by.empty()) {
                print_line({{"held_by", staged->held_by}});
                return false;
            }
            ticket_ = staged->ticket;
            print_line({{"ticket", as_json(ticket_)},
                        {"difference", staged->difference},
                        {"by_router", staged->by_router},
                        {"notes", staged->notes}});
            return true;
        }
        if (verb == "discard") {
            const auto done = wait_for(changer_->discard(ticket_));
            print_line(done ? json{{"state", "discarded"}} : as_json(done.error()));
            return static_cast<bool>(done);
        }
        if (verb == "commit") {
            return print(
                wait_for(changer_->commit(ticket_, std::chrono::seconds(std::stoi(value)))));
        }
        if (verb == "confirm") {
            return print(wait_for(changer_->confirm(ticket_)));
        }
        if (verb == "rollback") {
            return print(wait_for(changer_->roll_back(ticket_)));
        }
        if (verb == "inspect") {
            return print(wait_for(changer_->inspect(ticket_)));
        }
        if (verb == "stop") {
            ::raise(SIGSTOP);
            return true;
        }
        if (verb == "hold") {
            print_line({{"holding", ::getpid()}});
            for (;;) {
                ::pause();
            }
        }
        throw std::runtime_error("no such step: " + word);
    }

private:
    template <class T>
    Answer<T> wait_for(Asked<T> question) {
        std::optional<Answer<T>> answer;
        auto keep = [&answer](std::exception_ptr thrown, Answer<T> got) {
            if (thrown) {
                std::rethrow_exception(thrown);
            }
            answer = std::move(got);
        };
        boost::asio::co_spawn(io_, std::move(question), keep);
        io_.restart();
        while (!answer) {
            io_.run_one();
        }
        return std::move(*answer);
    }

    template <class T>
    static bool print(const Answer<T>& answer) {
        if constexpr (std::is_same_v<T, Staged>) {
            print_line(as_json(answer.error()));
        } else {
            print_line(answer ? as_json(*answer) : as_json(answer.error()));
        }
        return static_cast<bool>(answer);
    }

    static void print_line(const json& line) { std::cout << line.dump() << std::endl; }

    boost::asio::io_context io_{1};
    Target target_;
    Ticket ticket_;
    std::unique_ptr<Changer> changer_;
};

}  // namespace
}  // namespace routeproof::drivers

int main(int count, char** words) {
    try {
        routeproof::drivers::Run run(words[1], words[2]);
        for (int i = 3; i < count; ++i) {
            if (!run.step(words[i])) {
                return 2;
            }
        }
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "change_tool: " << problem.what() << '\n';
        return 70;
    }
}
