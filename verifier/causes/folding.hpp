// The workbench of fold(): findings not yet explained, and the rules that claim them in turn.
#pragma once

#include "verifier/causes/cause.hpp"

#include <functional>
#include <map>
#include <set>
#include <utility>

namespace routeproof::verifier {

class Folding {
public:
    Folding(const Expectations& expectations, const Views& views, const Findings& findings);

    const Expectations& expected() const { return expectations_; }
    const Views& views() const { return views_; }

    using Predicate = std::function<bool(const Finding&)>;

    /// Findings that are not ok, that no cause has claimed yet, and that satisfy the predicate.
    std::vector<const Finding*> open(const Predicate& predicate) const;

    /// Claims what open(predicate) gives for a new cause and returns its number. The text gets its
    /// count at the end of the folding. Without anything to claim there is no cause: nothing.
    std::optional<std::size_t> claim(CauseCode code,
                                     std::string text,
                                     std::string next_step,
                                     const Predicate& predicate);
    /// Adds what is still open and satisfies the predicate to a cause.
    void claim_more(std::size_t cause, const Predicate& predicate);

    /// Notes that the cause keeps the host's prefix out of a leaf: its absence elsewhere follows,
    /// unless another leaf has it from the host.
    void explains_absence(std::size_t cause, const std::string& host, const net::Prefix& prefix);
    void claim_consequences();

    /// True if some leaf that was looked into has accepted the prefix from the host itself.
    bool accepted_anywhere(const std::string& host, const net::Prefix& prefix) const;
    /// The leaves (of those looked into) where the host's own path for the prefix is accepted.
    std::vector<std::string> accepting_leaves(const std::string& host,
                                              const net::Prefix& prefix) const;

    std::vector<Cause> finish();

private:
    const Expectations& expectations_;
    const Views& views_;
    const Findings& findings_;
    std::vector<std::size_t> open_;  // indexes, ascending
    std::vector<Cause> causes_;
    std::map<std::pair<std::string, net::Prefix>, std::size_t> absences_;
};

/// True for findings that say no more than "it is not there".
bool is_absence(const Finding& finding);

/// "dockerhost1 (10.100.0.254, AS 65100)".
std::string introduce(const Expectations& expectations,
                      const std::string& host,
                      const std::string& router);

// The rules, in the order in which they claim.
void fold_unseen(Folding& folding);           // unseen.cpp
void fold_wrong_as(Folding& folding);         // wrong_as.cpp
void fold_sessions(Folding& folding);         // sessions.cpp
void fold_rejected(Folding& folding);         // announcements.cpp
void fold_not_announced(Folding& folding);    // announcements.cpp
void fold_strangers(Folding& folding);        // strangers.cpp
void fold_duplicates(Folding& folding);       // strangers.cpp
void fold_lost_on_the_way(Folding& folding);  // announcements.cpp
void fold_the_rest(Folding& folding);         // rest.cpp

}  // namespace routeproof::verifier
