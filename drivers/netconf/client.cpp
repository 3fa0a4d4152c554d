#include "drivers/netconf/client.hpp"

#include "drivers/netconf/session.hpp"

#include <utility>

namespace routeproof::netconf {

using drivers::Answer;
using drivers::Failure;
using drivers::Stage;

struct Client::Impl {
    ssh::Session ssh;
    std::optional<ssh::Channel> channel;  // dies before its session
    Session session;
    std::string unread;  // came behind the last message
    std::optional<Failure> dead;
    bool ended = false;  // the server closed its side

    Impl(boost::asio::any_io_executor executor, drivers::Target target)
        : ssh(std::move(executor), std::move(target)) {}

    /// The sans-I/O floors do not know the machine: put its address before what they say.
    Failure located(const Failure& failure) const {
        Failure with = ssh.failure(failure.kind, failure.what);
        with.stage = failure.stage;
        return with;
    }

    Answer<bool> take(std::string_view bytes) {
        std::string_view input = bytes;
        auto complete = session.receive(input);
        if (!complete) {
            return located(complete.error());
        }
        unread = input;
        return complete;
    }

    /// Reads until the session has a message.
    drivers::Asked<void> await_message() {
        auto complete = take(std::exchange(unread, {}));
        for (;;) {
            if (!complete) {
                co_return complete.error();
            }
            if (*complete) {
                co_return Answer<void>();
            }
            const auto bytes = co_await channel->read();
            if (!bytes) {
                if (session.pending() > 0) {
                    const bool greeted = session.open();
                    co_return ssh.failure(
                        greeted ? Failure::Kind::Unreachable : Failure::Kind::Protocol,
                        "sent " + std::to_string(session.pending()) + " octets, but no whole " +
                            (greeted ? "answer" : "NETCONF hello") + " in time");
                }
                co_return bytes.error();
            }
            if (bytes->empty()) {
                ended = true;
                std::string what = session.open() ? "closed the session in the middle of an answer"
                                                  : "closed the session before its NETCONF hello";
                const auto said = trim(channel->standard_error());
                if (!said.empty()) {
                    what += ": " + std::string(said.substr(said.rfind('\n') + 1));
                }
                co_return ssh.failure(Failure::Kind::Unreachable, what);
            }
            complete = take(*bytes);
        }
    }
};

Client::Client(boost::asio::any_io_executor executor, drivers::Target target)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(target))) {}

Client::~Client() {
    if (impl_->channel && impl_->session.open() && !impl_->dead) {
        impl_->channel->write_at_once(impl_->session.request("<close-session/>"));
    }
}

drivers::Asked<void> Client::open() {
    auto step = co_await impl_->ssh.log_in();
    if (!step) {
        co_return step.error();
    }
    auto channel = co_await impl_->ssh.subsystem("netconf");
    std::optional<Failure> refusal;
    if (!channel && channel.error().kind == Failure::Kind::Denied) {
        // Junos without the subsystem still speaks NETCONF to a command of this name.
        refusal = channel.error();
        channel = co_await impl_->ssh.exec("xml-mode netconf need-trailer");
    }
    if (!channel) {
        co_return channel.error();
    }
    impl_->channel.emplace(std::move(*channel));
    impl_->ssh.enter(Stage::Hello);
    step = co_await impl_->channel->write(impl_->session.start());
    if (!step) {
        co_return step.error();
    }
    step = co_await impl_->await_message();
    if (!step && refusal) {
        refusal->what += " (on Junos: set system services netconf ssh)";
        co_return *refusal;
    }
    co_return step;
}

drivers::Asked<Reply> Client::exchange(const std::string& operation) {
    if (!impl_->channel) {
        const auto opened = co_await open();
        if (!opened) {
            co_return opened.error();
        }
    }
    impl_->ssh.enter(Stage::Rpc);
    const auto written = co_await impl_->channel->write(impl_->session.request(operation));
    if (!written) {
        co_return written.error();
    }
    const auto answered = co_await impl_->await_message();
    if (!answered) {
        co_return answered.error();
    }
    auto reply = impl_->session.take_reply();
    if (!reply) {
        co_return impl_->located(reply.error());
    }
    co_return std::move(reply);
}

const Hello* Client::hello() const {
    return impl_->session.open() ? &impl_->session.hello() : nullptr;
}

drivers::Asked<void> Client::close() {
    if (!impl_->channel || impl_->dead) {
        co_return Answer<void>();
    }
    auto reply = co_await exchange("<close-session/>");
    const bool cut = !reply && impl_->ended && impl_->session.pending() == 0;
    impl_->dead = impl_->ssh.failure(Failure::Kind::Trouble, "the session was closed by us");
    if (!reply && !cut) {
        co_return reply.error();
    }
    if (reply && reply->error() != nullptr) {
        co_return impl_->located(to_failure(*reply->error()));
    }
    co_return Answer<void>();
}

Failure Client::located(const Failure& failure) const {
    return impl_->located(failure);
}

drivers::Asked<Reply> Client::ask(std::string operation) {
    auto reply = co_await request(std::move(operation));
    if (reply && reply->error() != nullptr) {
        co_return impl_->located(to_failure(*reply->error()));
    }
    co_return std::move(reply);
}

drivers::Asked<Reply> Client::request(std::string operation) {
    if (impl_->dead) {
        co_return *impl_->dead;
    }
    auto reply = co_await exchange(operation);
    if (!reply) {
        if (reply.error().stage != Stage::Parse) {
            impl_->dead = reply.error();
        }
        co_return reply.error();
    }
    co_return std::move(reply);
}

}  // namespace routeproof::netconf
