// The verbs of `routeproof`: what was typed, and what each does with it. Every run_* gives the
// exit code; results go to standard output, complaints to standard error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::drivers {
struct Failure;
}
namespace routeproof::inventory {
struct Inventory;
}

namespace routeproof::verifier {

enum class Format { Table, Json };

struct VerifyOptions {
    std::filesystem::path inventory;
    std::filesystem::path expect;  // empty: ask the agents
    std::vector<std::string> leaves;
    std::vector<std::string> hosts;
    Format format = Format::Table;
    std::string colour = "auto";
    bool all = false;
};

struct InventoryOptions {
    std::filesystem::path inventory;
    Format format = Format::Table;
};

struct TrustOptions {
    std::filesystem::path inventory;
    std::string name;                       // of a router or host
    std::vector<std::string> fingerprints;  // "SHA256:..." accepted without asking; none: ask
};

struct RoutesOptions {
    std::filesystem::path inventory;
    std::string leaf;
    std::string prefix;  // empty: the pools
    std::string from;
    std::string view = "accepted";
    std::filesystem::path reply;  // "-": standard input; then os, and no inventory
    std::string os;
    std::string command;
    Format format = Format::Table;
};

struct NodeOptions {
    std::filesystem::path socket;
    Format format = Format::Table;
    bool details = false;
    std::string prefix;  // of `node prefix`
};

struct IpamOptions {
    std::filesystem::path socket;
    Format format = Format::Table;
    std::string address;  // of `ipam release`
};

struct DecodeOptions {
    std::filesystem::path file = "-";  // standard input
    // How hex lines are read, and sessions whose OPENs are not in a capture:
    bool two_octet_as = false;
    bool internal = false;
    bool extended_message = false;
    std::vector<std::string> families;  // empty: IPv4 and IPv6 unicast
    std::vector<std::string> add_path;
    std::uint16_t port = 179;  // of BGP in captures
};

struct PlayOptions {
    std::filesystem::path playbook;
    std::filesystem::path inventory;
    std::vector<std::string> variables;  // NAME=VALUE
    std::string limit;                   // a pattern of routers; empty: no limit
    bool check = false;
    bool diff = false;
    bool step = false;
    bool yes = false;
    bool accept_weaker = false;
    std::filesystem::path state;  // empty: playbooks::state_folder()
    std::string resume;           // a run; then no playbook
    Format format = Format::Table;
};

int run_verify(const VerifyOptions& options);
int run_play(const PlayOptions& options);
int run_inventory_check(const InventoryOptions& options);
int run_inventory_show(const InventoryOptions& options);
int run_inventory_facts(const InventoryOptions& options);
int run_inventory_trust(const TrustOptions& options);
int run_routes(const RoutesOptions& options);
int run_node_status(const NodeOptions& options);
int run_node_prefix(const NodeOptions& options);
int run_ipam_show(const IpamOptions& options);
int run_ipam_check(const IpamOptions& options);
int run_ipam_release(const IpamOptions& options);
int run_decode_bgp(const DecodeOptions& options);
/// `file`: "-" is standard input.
int run_encode_bgp(const std::filesystem::path& file);

/// The inventory; without one, what is wrong has been said and `code` is 65 or 66.
std::optional<inventory::Inventory> load_or_complain(const std::filesystem::path& file, int& code);

/// "routeproof: sentence" on standard error; gives the code back.
int complain(int code, const std::string& sentence);
/// The same about a machine that could not be looked at; gives the code of the failure's kind.
int complain(const std::string& who, const drivers::Failure& failure);

}  // namespace routeproof::verifier
