#include "verifier/report/ipam_report.hpp"

#include "verifier/report/grid.hpp"
#include "verifier/report/read_answer.hpp"
#include "verifier/text.hpp"

namespace routeproof::verifier {
namespace {

constexpr const char* kSchema = "routeproof.ipam/1";

std::string word(const Json& object, const char* key) {
    const std::string text = one_line(object.at(key).get<std::string>());
    return text.empty() ? "-" : text;
}

/// Docker shows 12 digits of its IDs.
std::string short_id(const std::string& id) {
    return id.substr(0, 12);
}

}  // namespace

boost::system::result<std::string, StatusError> ipam_table(std::string_view answer) {
    return read_answer<std::string>(answer, kSchema, [](const Json& json) {
        Grid blocks({"BLOCK", "POOL", "HOST", "STATE", "SINCE", "WHY"});
        for (const Json& block : json.at("blocks")) {
            blocks.add({{word(block, "block")},
                        {word(block, "pool")},
                        {word(block, "host")},
                        {word(block, "state")},
                        {word(block, "since")},
                        {word(block, "why")}});
        }
        Grid addresses({"ADDRESS", "HOST", "CONTAINER", "NETWORK", "WHY", "FROM", "SINCE"});
        for (const Json& address : json.at("addresses")) {
            addresses.add({{word(address, "address")},
                           {word(address, "host")},
                           {word(address, "container")},
                           {short_id(word(address, "network"))},
                           {word(address, "kind")},
                           {word(address, "ownership")},
                           {word(address, "since")}});
        }
        return blocks.print(false) + "\n" + addresses.print(false);
    });
}

boost::system::result<IpamCheck, StatusError> ipam_check(std::string_view answer) {
    return read_answer<IpamCheck>(answer, kSchema, [](const Json& json) {
        IpamCheck check;
        for (const Json& address : json.at("addresses")) {
            if (const std::string trouble = one_line(address.at("trouble").get<std::string>());
                !trouble.empty()) {
                ++check.troubles;
                const std::string text = word(address, "address");
                check.text += text + " on " + word(address, "host") + " since " +
                              word(address, "since") + " is " + trouble +
                              "\n    next: routeproof ipam release " + text + "\n";
            }
        }
        const std::string trouble = one_line(json.at("store_trouble").get<std::string>());
        check.blind = !trouble.empty();
        if (check.blind) {
            check.text += "unknown: what other hosts have; " + trouble + "\n";
        }
        check.text += std::to_string(json.at("addresses").size()) + " addresses, " +
                      std::to_string(json.at("blocks").size()) +
                      " blocks: " + std::to_string(check.troubles) + " in trouble\n";
        return check;
    });
}

}  // namespace routeproof::verifier
