#include "verifier/causes/cause.hpp"

#include "verifier/causes/folding.hpp"

namespace routeproof::verifier {

std::string_view to_string(CauseCode code) {
    switch (code) {
        case CauseCode::NotLinked:
            return "not-linked";
        case CauseCode::RouterNotSeen:
            return "router-not-seen";
        case CauseCode::HostNotAsked:
            return "host-not-asked";
        case CauseCode::WrongAs:
            return "wrong-as";
        case CauseCode::SessionDown:
            return "session-down";
        case CauseCode::LinkDown:
            return "link-down";
        case CauseCode::PolicyReject:
            return "policy-reject";
        case CauseCode::NotAnnounced:
            return "not-announced";
        case CauseCode::Hijack:
            return "hijack";
        case CauseCode::Stranger:
            return "stranger";
        case CauseCode::Stale:
            return "stale";
        case CauseCode::Duplicate:
            return "duplicate";
        case CauseCode::LostOnTheWay:
            return "lost-on-the-way";
        case CauseCode::OutsideInventory:
            return "outside-inventory";
        case CauseCode::WrongNextHop:
            return "wrong-next-hop";
        case CauseCode::NotBest:
            return "not-best";
        case CauseCode::Detour:
            return "detour";
        case CauseCode::WrongWay:
            return "wrong-way";
        case CauseCode::HostDisagrees:
            return "host-disagrees";
        case CauseCode::Other:
            return "other";
    }
    return "?";
}

std::vector<Cause> fold(const Expectations& expectations,
                        const Views& views,
                        const Findings& findings) {
    Folding folding(expectations, views, findings);
    fold_unseen(folding);
    fold_wrong_as(folding);
    fold_sessions(folding);
    fold_rejected(folding);
    fold_not_announced(folding);
    folding.claim_consequences();
    fold_strangers(folding);
    fold_duplicates(folding);
    fold_lost_on_the_way(folding);
    fold_the_rest(folding);
    return folding.finish();
}

}  // namespace routeproof::verifier
