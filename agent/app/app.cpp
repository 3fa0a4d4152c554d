#include "agent/app/app.hpp"

#include "agent/app/address_backend.hpp"
#include "agent/app/announcer.hpp"
#include "agent/app/bfd_link.hpp"
#include "agent/app/endpoint_backend.hpp"
#include "agent/app/ipam_api.hpp"
#include "agent/app/learned_routes.hpp"
#include "agent/app/log_lateness.hpp"
#include "agent/app/names.hpp"
#include "agent/app/privileges.hpp"
#include "agent/app/report.hpp"
#include "agent/app/shared_store.hpp"
#include "agent/app/single_instance.hpp"
#include "agent/control/api_server.hpp"
#include "agent/docker/plugin_http.hpp"
#include "agent/http/server.hpp"
#include "agent/ipam/allocator.hpp"
#include "agent/kernel/overlaps.hpp"
#include "agent/kernel/route_sync.hpp"
#include "agent/kernel/sysctls.hpp"
#include "agent/peering/speaker.hpp"
#include "inventory/store/sqlite_store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sysexits.h>

#include <algorithm>
#include <set>

namespace routeproof::agent {
namespace {

namespace asio = boost::asio;
using log::Severity;

constexpr const char* kDriverName = "routeproof";
/// dockerd repeats a call that found no agent for 30 s; twice that, to be sure.
constexpr std::chrono::seconds kDockerGivesUp{60};
/// How long routes of an earlier life may stay unconfirmed: as long as the leaves keep ours.
constexpr std::chrono::seconds kStaleTime{30};
/// How often to look whether a leaf has sent all it has, while anything is stale.
constexpr std::chrono::milliseconds kStaleLook{200};

bgp::SpeakerConfig speaker_config(const Config& config) {
    bgp::SpeakerConfig speaker;
    speaker.asn = config.asn;
    speaker.router_id = config.router_id;
    speaker.peers = config.peers;
    speaker.import = bgp::Policy::accept_inside(config.import);
    return speaker;
}

std::optional<net::Address> uplink_address(const Config& config) {
    for (const auto& peer : config.peers) {
        if (peer.local_address.is_v4()) {
            return peer.local_address;
        }
    }
    return std::nullopt;
}

// The file name of a plugin's socket is the driver's name. Calico called its two halves NAME and
// NAME-ipam, and command lines written for it name both.
std::vector<std::string> driver_names(const Config& config) {
    std::vector<std::string> names{kDriverName};
    const auto add = [&names](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    };
    for (const auto& alias : config.aliases) {
        add(alias);
        add(alias + "-ipam");
    }
    return names;
}

std::string store_sentence(const std::filesystem::path& file, const store::Failure& why) {
    std::string text = file.string() + ": " + why.message();
    if (why == store::Errc::Corrupt) {
        text +=
            "; the file is left as it is: restore it from a backup, or move it away to start "
            "with an empty store once no container of this host is running";
    } else if (why == store::Errc::TooNew) {
        text += "; install that version again, or a later one";
    } else if (why == store::Errc::Locked) {
        text += "; is a second routeproof-agent running?";
    } else {
        text += "; look at the folder's permissions and the free space";
    }
    return text;
}

}  // namespace

struct App::Rooms {
    Rooms(asio::io_context& context,
          Config configuration,
          Places where,
          log::Sink sink,
          std::function<void()> at_end)
        : io(context),
          config(std::move(configuration)),
          places(std::move(where)),
          log(std::move(sink)),
          ended(std::move(at_end)),
          stale_timer(io),
          learned([this](const net::Prefix& prefix, const std::vector<net::Address>& hops) {
              install_learned(prefix, hops);
          }) {}

    asio::io_context& io;
    const Config config;
    const Places places;
    const log::Sink log;
    std::function<void()> ended;

    std::optional<SingleInstance> only_one;
    std::unique_ptr<store::SqliteStore> store;
    std::unique_ptr<SharedStore> shared;  // null: this host has a store of its own only
    std::optional<kernel::RtnlSocket> netlink;
    std::unique_ptr<ipam::Allocator> allocator;
    std::unique_ptr<docker::Registry> registry;
    std::set<std::string> unreachable;  // endpoints that had no link when we started
    asio::steady_timer stale_timer;
    LearnedRoutes learned;
    bool forwarding_preserved = false;  // our routes were in the kernel when we started
    std::unique_ptr<bgp::Speaker> speaker;
    std::unique_ptr<BfdLink> bfd;
    std::unique_ptr<Announcer> announcer;
    std::unique_ptr<AddressAdapter> addresses;
    std::unique_ptr<EndpointAdapter> endpoints;
    std::unique_ptr<docker::Plugin> plugin;
    std::unique_ptr<NameLearner> names;
    std::unique_ptr<http::Server> plugin_server;
    std::unique_ptr<control::ApiServer> api;

    Started check_privileges() const;
    Started check_alone();
    Started open_store();
    Started open_shared_store(const ipam::Configuration& wanted);
    Started claim_blocks();
    void block_claimed(const net::Prefix& block);
    Started check_machine();
    Started reconcile_kernel();
    Started serve_docker();
    Started serve_control();
    void build_peering();
    Started forget(const std::string& endpoint_id);
    void announce_known();
    void adopt_learned(const kernel::Actual& actual, kernel::Expected& expected);
    void watch_stale(std::chrono::steady_clock::time_point deadline);
    void install_learned(const net::Prefix& prefix, const std::vector<net::Address>& next_hops);
    void stop(bgp::StopMode mode, const std::string& text);
    void remember_name(const docker::Endpoint& endpoint);
    void on_docker_call(const docker::Handled& call);
    std::optional<http::Reply> answer(const http::Request& request) const;
};

Started App::Rooms::check_privileges() const {
    std::string missing;
    for (const auto& name : missing_capabilities()) {
        missing += (missing.empty() ? "" : " and ") + name;
    }
    if (missing.empty()) {
        return {};
    }
    return StartError(EX_NOPERM, "the agent needs " + missing + "; run it as root");
}

Started App::Rooms::check_alone() {
    only_one = SingleInstance::acquire();
    if (!only_one) {
        return StartError(EX_TEMPFAIL,
                          "another routeproof-agent runs in this network namespace and owns its "
                          "routes; stop it first");
    }
    return {};
}

Started App::Rooms::open_store() {
    std::error_code made;
    std::filesystem::create_directories(places.state.parent_path(), made);
    auto opened = store::SqliteStore::open(places.state);
    if (!opened) {
        const bool locked = opened.error() == store::Errc::Locked;
        return StartError(locked ? EX_TEMPFAIL : EX_IOERR,
                          store_sentence(places.state, opened.error()));
    }
    store = std::move(*opened);
    ipam::Configuration wanted{config.host, config.pools, config.blocks};
    wanted.shared = config.store.has_value();
    if (config.store) {
        if (auto joined = open_shared_store(wanted); !joined) {
            return joined;
        }
    }
    allocator =
        std::make_unique<ipam::Allocator>(shared ? shared->store() : *store, std::move(wanted));
    if (auto claimed = claim_blocks(); !claimed) {
        return claimed;
    }
    registry = std::make_unique<docker::Registry>(*store);
    const auto skipped = registry->load();
    if (!skipped) {
        return StartError(EX_IOERR, store_sentence(places.state, skipped.error()));
    }
    for (const auto& key : *skipped) {
        log(Severity::Warning, log::event::kStoreRecordSkipped, {{"key", key}});
    }
    return {};
}

Started App::Rooms::open_shared_store(const ipam::Configuration& wanted) {
    SharedStore::Listener listener;
    listener.in_touch = [this] {
        if (const auto claimed = claim_blocks(); !claimed) {
            log(Severity::Error, log::event::kBlocksUnclaimed, {{"error", claimed.error().what}});
        }
    };
    // Two hosts that announce one address would share its traffic.
    listener.address_lost = [this](const net::Address& address) {
        if (announcer) {
            announcer->workload_down(address);
        }
    };
    auto opened = SharedStore::open(io, *store, *config.store, wanted, log, std::move(listener));
    if (!opened) {
        const bool own = opened.error() != store::Errc::Refused;
        return StartError(
            own ? EX_IOERR : EX_CONFIG,
            own ? store_sentence(places.state, opened.error()) : "store: " + opened.error().detail);
    }
    shared = std::move(*opened);
    return {};
}

// While the shared store is away the blocks of an earlier life are known from the copy, and the
// rest waits until it is back.
Started App::Rooms::claim_blocks() {
    const auto loaded = allocator->load();
    if (loaded) {
        return {};
    }
    if (loaded.error().code != ipam::Errc::StoreFailed) {
        return StartError(EX_CONFIG, loaded.error().what);
    }
    log(Severity::Warning, log::event::kBlocksUnclaimed, {{"error", loaded.error().what}});
    return {};
}

// Blackhole before announcement, as at the start.
void App::Rooms::block_claimed(const net::Prefix& block) {
    log(Severity::Info, log::event::kBlockClaimed, {{"block", block.to_string()}});
    if (const auto added = kernel::add_blackhole(*netlink, block); !added) {
        log(Severity::Error,
            log::event::kKernelFailed,
            {{"while", "blackhole " + block.to_string()}, {"error", added.error().to_string()}});
    }
    announcer->block_up(block);
}

// A pool that the machine already uses would make containers answer for somebody else's addresses.
Started App::Rooms::check_machine() {
    auto opened = kernel::RtnlSocket::open();
    if (!opened) {
        return StartError(EX_OSERR, opened.error().to_string());
    }
    netlink.emplace(std::move(*opened));
    for (const auto& pool : config.pools) {
        const auto overlaps = kernel::foreign_overlaps(*netlink, pool.cidr);
        if (!overlaps) {
            return StartError(EX_OSERR, overlaps.error().to_string());
        }
        if (!overlaps->empty()) {
            return StartError(
                EX_CONFIG,
                "pool " + pool.cidr.to_string() +
                    " is already in use by this machine: " + overlaps->front().to_string() +
                    "; choose another pool, or remove that address or route");
        }
    }
    if (const auto forwarding = kernel::enable_forwarding(); !forwarding) {
        const bool denied = forwarding.error().code == boost::system::errc::permission_denied ||
                            forwarding.error().code == boost::system::errc::read_only_file_system;
        return StartError(denied ? EX_NOPERM : EX_OSERR, forwarding.error().to_string());
    }
    return {};
}

Started App::Rooms::reconcile_kernel() {
    kernel::Expected expected;
    expected.blocks = allocator->own_blocks();
    expected.preferred_source = uplink_address(config);
    for (const auto& [id, endpoint] : registry->endpoints()) {
        if (endpoint.is_joined() && endpoint.address) {
            std::error_code out_of_sight;
            const bool sandbox = std::filesystem::exists(endpoint.sandbox, out_of_sight);
            expected.endpoints.push_back({id, *endpoint.address, sandbox});
        }
    }
    const auto actual = kernel::read_actual(*netlink);
    if (!actual) {
        return StartError(EX_OSERR, actual.error().to_string());
    }
    forwarding_preserved = !actual->routes.empty();
    adopt_learned(*actual, expected);
    const auto changes = kernel::compare(*actual, expected);
    for (const auto& route : changes.remove_routes) {
        log(Severity::Info, log::event::kKernelMended, {{"removed", kernel::to_string(route)}});
    }
    for (const auto& link : changes.remove_links) {
        log(Severity::Info, log::event::kKernelMended, {{"removed", "link " + link}});
    }
    for (const auto& endpoint : changes.endpoints_without_link) {
        log(Severity::Warning, log::event::kLinkMissing, {{"endpoint", endpoint}});
        unreachable.insert(endpoint);
    }
    for (const auto& failure : kernel::apply(*netlink, changes)) {
        const bool denied = failure.code == boost::system::errc::operation_not_permitted;
        return StartError(denied ? EX_NOPERM : EX_OSERR,
                          failure.to_string() +
                              (denied ? "; the agent needs CAP_NET_ADMIN: run it as root" : ""));
    }
    auto dead = changes.dead_endpoints;
    for (const auto& [id, endpoint] : registry->endpoints()) {
        if (!endpoint.is_joined() && endpoint.address &&
            registry->now() - endpoint.created > kDockerGivesUp) {
            dead.push_back(id);  // its DeleteEndpoint (or Join) never reached us
        }
    }
    for (const auto& endpoint : dead) {
        if (auto forgotten = forget(endpoint); !forgotten) {
            return forgotten;
        }
    }
    return {};
}

// What Leave, DeleteEndpoint and ReleaseAddress would have done. The endpoint goes last: if we die
// before, the next start finds it again.
Started App::Rooms::forget(const std::string& endpoint_id) {
    const docker::Endpoint endpoint = *registry->endpoint(endpoint_id);
    log(Severity::Info,
        log::event::kWorkloadForgotten,
        {{"address", endpoint.address->to_string()},
         {"container", endpoint.container},
         {"endpoint", endpoint_id}});
    if (const auto unbound = allocator->unbind(*endpoint.address, endpoint_id); !unbound) {
        return StartError(EX_IOERR, unbound.error().what);
    }
    if (const auto released = allocator->release_address(*endpoint.address); !released) {
        return StartError(EX_IOERR, released.error().what);
    }
    if (const auto removed = registry->remove_endpoint(endpoint_id); !removed) {
        return StartError(EX_IOERR, store_sentence(places.state, removed.error()));
    }
    return {};
}

void App::Rooms::build_peering() {
    bgp::SpeakerCallbacks callbacks;
    callbacks.route = [this](const net::Prefix& prefix, const bgp::NextHops& hops) {
        std::vector<net::Address> gateways;  // the data path is IPv4: none needs an interface
        for (const auto& hop : hops) {
            gateways.push_back(hop.address);
        }
        learned.learned(prefix, gateways);
    };
    callbacks.session = [this](const bgp::SessionStatus& session) {
        if (bfd) {
            bfd->session_changed(session);
        }
    };
    callbacks.log = log;
    auto wanted = speaker_config(config);
    wanted.restarting = forwarding_preserved;
    wanted.forwarding_preserved = forwarding_preserved;
    speaker = std::make_unique<bgp::Speaker>(io, std::move(wanted), std::move(callbacks));
    bfd = std::make_unique<BfdLink>(
        io, *speaker, places.control_socket.parent_path() / "bfd.sock", log);
    Announcer::Wire wire;
    wire.announce = [this](const net::Prefix& prefix) { speaker->announce(prefix); };
    wire.withdraw = [this](const net::Prefix& prefix) { speaker->withdraw(prefix); };
    announcer = std::make_unique<Announcer>(allocator->own_blocks(), std::move(wire));
    allocator->on_block([this](const net::Prefix& block) { block_claimed(block); });
}

// What store and kernel confirm goes out with the first table.
void App::Rooms::announce_known() {
    announcer->start();
    for (const auto& [id, endpoint] : registry->endpoints()) {
        if (endpoint.is_joined() && endpoint.address && !unreachable.contains(id)) {
            announcer->workload_up(*endpoint.address);
        }
    }
    speaker->start();
    bfd->start(config.peers);
    watch_stale(std::chrono::steady_clock::now() + kStaleTime);
}

// Packets go on by what the leaves said before; what they no longer say goes later.
void App::Rooms::adopt_learned(const kernel::Actual& actual, kernel::Expected& expected) {
    for (const auto& route : actual.routes) {
        if (kernel::class_of(route) != kernel::RouteClass::Learned) {
            continue;
        }
        kernel::LearnedRoute found{route.destination, {}};
        for (const auto& hop : route.next_hops) {
            if (hop.gateway) {
                found.gateways.push_back(*hop.gateway);
            }
        }
        learned.adopt(found.prefix, found.gateways);
        expected.learned.push_back(std::move(found));
    }
}

// Until nothing is stale: what a leaf did not repeat before its End-of-RIB is gone.
void App::Rooms::watch_stale(std::chrono::steady_clock::time_point deadline) {
    for (const auto& session : speaker->sessions()) {
        const bool complete = !session.families.empty() &&
                              std::all_of(session.families.begin(),
                                          session.families.end(),
                                          [](const auto& family) { return family.end_of_rib; });
        if (complete) {
            learned.complete(session.peer);
        }
    }
    if (learned.stale() == 0) {
        return;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
        log(Severity::Warning,
            log::event::kLearnedSwept,
            {{"routes", std::to_string(learned.stale())}});
        return learned.sweep();
    }
    stale_timer.expires_after(kStaleLook);
    stale_timer.async_wait([this, deadline](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            watch_stale(deadline);
        }
    });
}

void App::Rooms::install_learned(const net::Prefix& prefix,
                                 const std::vector<net::Address>& next_hops) {
    if (const auto set = kernel::set_learned_route(*netlink, prefix, next_hops); !set) {
        log(Severity::Error,
            log::event::kKernelFailed,
            {{"while", "learned route " + prefix.to_string()}, {"error", set.error().to_string()}});
    }
}

// So that "the address is taken by …" names the container and not an endpoint ID.
void App::Rooms::remember_name(const docker::Endpoint& endpoint) {
    if (!endpoint.address) {
        return;
    }
    const auto bound =
        allocator->bind({*endpoint.address, endpoint.network_id, endpoint.id, endpoint.container});
    if (!bound) {
        log(Severity::Warning, log::event::kStoreFailed, {{"error", bound.error().what}});
    }
}

void App::Rooms::on_docker_call(const docker::Handled& call) {
    const std::string method(call.method);
    if (call.reply.status == 200) {
        log(Severity::Debug, log::event::kDockerCall, {{"method", method}});
    } else {
        log(Severity::Warning,
            log::event::kDockerRefused,
            {{"method", method}, {"reply", call.reply.body}});
    }
    // Names become known to dockerd's API while it plumbs the container.
    if (method == "NetworkDriver.Join" || method == "NetworkDriver.ProgramExternalConnectivity" ||
        method == "NetworkDriver.CreateNetwork") {
        names->refresh();
    }
}

Started App::Rooms::serve_docker() {
    const std::optional<net::Address> uplink = uplink_address(config);
    addresses = std::make_unique<AddressAdapter>(*allocator, log);
    endpoints = std::make_unique<EndpointAdapter>(*allocator, *netlink, *announcer, uplink, log);
    names = std::make_unique<NameLearner>(
        io,
        config.docker_socket,
        *registry,
        [this](const docker::Endpoint& endpoint) { remember_name(endpoint); },
        log);
    plugin = std::make_unique<docker::Plugin>(
        *registry, *addresses, *endpoints, [this](const docker::Handled& call) {
            on_docker_call(call);
        });
    plugin_server = std::make_unique<http::Server>(
        io, docker::serve(*plugin), http::Server::Options{docker::plugin_dialect()});
    for (const auto& name : driver_names(config)) {
        const auto listening = plugin_server->listen(places.plugins / (name + ".sock"));
        if (!listening) {
            return StartError(EX_CANTCREAT, listening.error().what);
        }
    }
    names->refresh();
    return {};
}

std::optional<http::Reply> App::Rooms::answer(const http::Request& request) const {
    const auto health = shared ? shared->health() : store::MirrorHealth();
    const bool blind = shared && !health.in_touch;
    if (auto reply =
            IpamApi(*allocator, *registry)
                .answer(request, blind ? "the shared store is away: " + health.trouble : "")) {
        return reply;
    }
    if (request.verb != "GET" || request.path != "v1/announcements") {
        return std::nullopt;
    }
    return http::Reply{200,
                       inventory::to_json(make_report(config, *announcer, *speaker, *registry))};
}

Started App::Rooms::serve_control() {
    control::PeeringApi::Program program;
    program.stop = [this](bgp::StopMode mode, const std::string& text) { stop(mode, text); };
    program.defaults = config.defaults;
    program.refuses_peer = unserved;
    program.peer_changed = [this](const std::string& name, const bgp::PeerConfig* peer) {
        bfd->peer_changed(name, peer);
    };
    program.other = [this](const http::Request& request) { return answer(request); };
    program.status_parts = [this] {
        std::vector<std::pair<std::string, std::string>> parts;
        if (shared) {
            parts.emplace_back("store", to_json(shared->health()));
        }
        return parts;
    };
    program.metrics = [this](control::MetricText& text) {
        if (shared) {
            add_metrics(text, shared->health());
        }
    };
    program.late = [this](control::Lateness::Seconds late) { log_lateness(log, late); };
    api = std::make_unique<control::ApiServer>(
        io,
        *speaker,
        control::Identity{config.host, config.asn, config.router_id},
        std::move(program),
        config.api);
    if (const auto listening = api->listen(places.control_socket); !listening) {
        return StartError(EX_CANTCREAT, listening.error().what);
    }
    return {};
}

App::App(
    asio::io_context& io, Config config, Places places, log::Sink log, std::function<void()> ended)
    : rooms_(std::make_unique<Rooms>(
          io, std::move(config), std::move(places), std::move(log), std::move(ended))) {}

App::~App() = default;

Started App::start() {
    Rooms& rooms = *rooms_;
    if (auto allowed = rooms.check_privileges(); !allowed) {
        return allowed;
    }
    for (const auto step : {&Rooms::open_store,
                            &Rooms::check_machine,
                            &Rooms::check_alone,
                            &Rooms::reconcile_kernel}) {
        if (auto done = (rooms.*step)(); !done) {
            return done;
        }
    }
    rooms.build_peering();
    for (const auto step : {&Rooms::serve_docker, &Rooms::serve_control}) {
        if (auto done = (rooms.*step)(); !done) {
            return done;
        }
    }
    rooms.announce_known();
    rooms.log(Severity::Info,
              log::event::kAgentStarted,
              {{"host", rooms.config.host},
               {"asn", rooms.config.asn.to_string()},
               {"router_id", rooms.config.router_id.to_string()}});
    return {};
}

void App::Rooms::stop(bgp::StopMode mode, const std::string& text) {
    names.reset();
    stale_timer.cancel();
    if (shared) {
        shared->stop();
    }
    if (plugin_server) {
        plugin_server->stop();
    }
    const auto finish = [this, mode] {
        if (mode == bgp::StopMode::Leave) {
            learned.clear();
        }
        if (api) {
            api->stop();
        }
        if (const auto at_end = std::exchange(ended, nullptr)) {
            at_end();
        }
    };
    if (bfd && speaker && mode == bgp::StopMode::Leave) {
        speaker->stop(mode, text, [this, finish] { bfd->leave(finish); });
    } else if (speaker) {
        speaker->stop(mode, text, finish);
    } else {
        asio::post(io, finish);
    }
}

void App::stop(bgp::StopMode mode, const std::string& text) {
    rooms_->stop(mode, text);
}

}  // namespace routeproof::agent
