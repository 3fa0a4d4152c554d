// The verbs of `routeproof`: what was typed, and what each does with it. Every run_* gives the
// exit code; results go to standard output, complaints to standard error.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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

struct NodeOptions {
    std::filesystem::path socket;
    Format format = Format::Table;
};

int run_verify(const VerifyOptions& options);
int run_inventory_check(const InventoryOptions& options);
int run_inventory_show(const InventoryOptions& options);
int run_node_status(const NodeOptions& options);

/// The inventory; without one, what is wrong has been said and `code` is 65 or 66.
std::optional<inventory::Inventory> load_or_complain(const std::filesystem::path& file, int& code);

/// "routeproof: sentence" on standard error; gives the code back.
int complain(int code, const std::string& sentence);

}  // namespace routeproof::verifier
