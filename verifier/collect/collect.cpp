#include "verifier/collect/collect.hpp"

#include "verifier/collect/needs.hpp"
#include "verifier/collect/target.hpp"
#include "verifier/expect/accounts.hpp"
#include "verifier/expect/build.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>

namespace routeproof::verifier {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

drivers::Failure interrupted() {
    drivers::Failure failure = not_asked();
    failure.what = "interrupted before it answered";
    return failure;
}

// The whole collection. Coroutines borrow it: it outlives the io_context's run.
class Collector {
public:
    Collector(const CollectRequest& request, const Reach& reach, asio::io_context& io)
        : request_(request), reach_(reach), io_(io), hosts_done_(io, Clock::time_point::max()) {
        ranges_ = ranges_to_ask(request.inventory);
    }

    void start(std::function<void()> all_done) {
        all_done_ = std::move(all_done);
        if (request_.reports) {
            accounts_ = accounts_from_file(request_.inventory, *request_.reports);
        } else {
            for (const inventory::Host& host : request_.inventory.hosts) {
                HostAccount account;
                account.host = host.name;
                if (!host.access.address.empty()) {
                    account.source = HostAccount::Source::Agent;
                    account.failure = interrupted();
                    ++hosts_pending_;
                }
                accounts_.push_back(std::move(account));
            }
        }
        // Only to know whom to ask: what to expect is known when the hosts have answered.
        expectations_ = build_expectations(request_.inventory, accounts_, request_.scope);
        for (const std::string& name : expectations_.routers) {
            RouterObservation& observation = observations_[name];
            observation.router = name;
            observation.facts = interrupted();
            observation.sessions = interrupted();
            observation.routes = interrupted();
        }
        for (std::size_t i = 0; i < accounts_.size() && hosts_pending_ > 0; ++i) {
            if (accounts_[i].source == HostAccount::Source::Agent) {
                spawn(ask_host(request_.inventory.hosts[i], accounts_[i]));
            }
        }
        if (hosts_pending_ == 0) {
            hosts_are_done();
        }
        for (auto& [name, observation] : observations_) {
            spawn(look_into(*request_.inventory.router(name), observation));
        }
        if (running_ == 0) {
            all_done_();
        }
    }

    /// What is known by now; also after an interruption.
    Collected take() {
        if (!expectations_final_) {
            expectations_ = build_expectations(request_.inventory, accounts_, request_.scope);
        }
        return {std::move(expectations_), std::move(observations_)};
    }

private:
    void spawn(asio::awaitable<void> work) {
        ++running_;
        asio::co_spawn(io_, std::move(work), [this](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);  // our own mistake: leaves run(), ends in main
            }
            if (--running_ == 0) {
                all_done_();
            }
        });
    }

    asio::awaitable<void> ask_host(const inventory::Host& host, HostAccount& account) {
        drivers::Target target = target_for(host);
        std::string command = host.agent_command;
        auto question = reach_.command(io_.get_executor(), std::move(target), std::move(command));
        drivers::Answer<std::string> answer = co_await std::move(question);
        fill_account(request_.inventory, account, answer);
        if (--hosts_pending_ == 0) {
            hosts_are_done();
        }
    }

    void hosts_are_done() {
        expectations_ = build_expectations(request_.inventory, accounts_, request_.scope);
        expectations_final_ = true;
        hosts_done_.cancel();
    }

    asio::awaitable<void> look_into(const inventory::Router& router,
                                    RouterObservation& observation) {
        const auto started = Clock::now();
        drivers::Target target = target_for(router);
        const std::unique_ptr<drivers::Device> device =
            reach_.device(io_.get_executor(), std::move(target));
        auto facts = device->facts();
        observation.facts = co_await std::move(facts);
        if (!observation.facts && observation.facts.error().stage < drivers::Stage::Rpc) {
            // No login, and a second attempt might lock the account: what was asked once counts
            // for every question.
            observation.sessions = observation.facts.error();
            observation.routes = observation.facts.error();
        } else {
            auto sessions = device->sessions();
            observation.sessions = co_await std::move(sessions);
            std::vector<net::Prefix> ranges = ranges_;
            auto routes = device->routes(std::move(ranges));
            observation.routes = co_await std::move(routes);
            name_commands(*device, observation);
            co_await all_hosts();
            for (const net::Address& peer : peers_to_ask(expectations_, observation)) {
                std::vector<net::Prefix> inside = ranges_;
                auto received = device->received(peer, std::move(inside));
                auto answer = co_await std::move(received);
                observation.received.insert_or_assign(peer, std::move(answer));
            }
        }
        observation.took =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    }

    static void name_commands(const drivers::Device& device, RouterObservation& observation) {
        if (observation.sessions) {
            for (const drivers::BgpSession& session : *observation.sessions) {
                observation.commands[session.peer] = device.received_command(session.peer);
            }
        }
    }

    asio::awaitable<void> all_hosts() {
        if (!expectations_final_) {
            boost::system::error_code cancelled;  // the cancellation is the event
            auto token = asio::redirect_error(asio::use_awaitable, cancelled);
            co_await hosts_done_.async_wait(token);
        }
    }

    const CollectRequest& request_;
    const Reach& reach_;
    asio::io_context& io_;
    asio::steady_timer hosts_done_;
    std::function<void()> all_done_;
    std::vector<net::Prefix> ranges_;
    std::vector<HostAccount> accounts_;
    Expectations expectations_;
    bool expectations_final_ = false;
    Observations observations_;
    std::size_t hosts_pending_ = 0;
    std::size_t running_ = 0;
};

}  // namespace

Collected collect(const CollectRequest& request, const Reach& reach, bool catch_signals) {
    int signal = 0;
    bool cut_off = false;
    // The collector outlives the io_context: destroying the latter ends suspended coroutines, and
    // they close their devices. Its timer must go first, hence the two steps.
    auto io = std::make_unique<asio::io_context>(1);
    auto signals = std::make_unique<asio::signal_set>(*io);
    auto collector = std::make_unique<Collector>(request, reach, *io);
    if (catch_signals) {
        signals->add(SIGINT);
        signals->add(SIGTERM);
        signals->async_wait([&](const boost::system::error_code& error, int number) {
            if (!error) {
                signal = number;
                io->stop();
            }
        });
    }
    asio::steady_timer deadline(*io, request.until);
    if (request.until != Clock::time_point::max()) {
        deadline.async_wait([&](const boost::system::error_code& error) {
            if (!error) {
                cut_off = true;
                io->stop();
            }
        });
    }
    collector->start([&] {
        signals->cancel();
        deadline.cancel();
    });
    io->run();
    Collected collected = collector->take();
    collected.interrupted_by = signal;
    collected.cut_off = cut_off;
    return collected;
}

}  // namespace routeproof::verifier
