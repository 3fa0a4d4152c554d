// What an exec request brought: an answer in one of the forms we read, nothing, or a sentence in
// its place.
//
// The exit status of NX-OS tells nothing, so the text has to.
#pragma once

#include <string>
#include <string_view>

namespace routeproof::nxos {

struct Output {
    enum class Kind {
        Answer,
        Empty,       // no such table, VRF or process: NX-OS says nothing at all
        NoSuchForm,  // this output filter or command does not exist: ask in another form
        Denied,      // the role forbids it
        Refused,     // any other sentence
        Garbage,     // octets that are no text
    };
    Kind kind = Kind::Empty;
    std::string_view body;  // of an Answer: JSON, XML or a table; a view into what was classified
    std::string sentence;   // for the others: one line for people

    friend bool operator==(const Output&, const Output&) = default;
};

/// A banner, or a complaint about one VRF, may precede the answer.
Output classify(std::string_view text);

}  // namespace routeproof::nxos
