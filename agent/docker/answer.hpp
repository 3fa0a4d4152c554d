// A refusal is a sentence for whoever typed the docker command: address, owner, remedy.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>

namespace routeproof::docker {

class Refusal {
public:
    Refusal() = default;
    explicit Refusal(std::string text) : sentence(std::move(text)) {}

    std::string sentence;

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal);
[[noreturn]] void throw_exception_from_error(const Refusal& refusal,
                                             const boost::source_location& where);

template <class T>
using Answer = boost::system::result<T, Refusal>;

}  // namespace routeproof::docker
