// NETCONF over an SSH channel: one login, then one question at a time.
#pragma once

#include "drivers/netconf/message.hpp"
#include "drivers/ssh/session.hpp"

#include <memory>
#include <optional>
#include <string>

namespace routeproof::netconf {

class Client {
public:
    Client(boost::asio::any_io_executor executor, drivers::Target target);
    /// Says goodbye (close-session) without waiting for the answer.
    ~Client();

    /// Asks one operation; the first one logs in. An <rpc-error> and a reply that is no XML concern
    /// that question alone; any other failure ends the session, and every later question gets the
    /// same failure: a login that was refused is not tried again.
    drivers::Asked<Reply> ask(std::string operation);
    /// The same, but an <rpc-error> is left in the reply.
    drivers::Asked<Reply> request(std::string operation);
    /// Says goodbye and waits until the server closes, which some do without an <ok/>. Without a
    /// session there is nothing to do; afterwards there is none.
    drivers::Asked<void> close();
    /// What the server said about itself; null before the first question was sent.
    const Hello* hello() const;
    /// What a parser says, which does not know whom it read, with the machine's address before it.
    drivers::Failure located(const drivers::Failure& failure) const;

private:
    struct Impl;
    drivers::Asked<void> open();
    drivers::Asked<Reply> exchange(const std::string& operation);

    std::unique_ptr<Impl> impl_;
};

}  // namespace routeproof::netconf
