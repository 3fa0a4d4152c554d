#include "inventory/model.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/report/inventory_report.hpp"

#include <sysexits.h>

#include <iostream>

namespace routeproof::verifier {

int run_inventory_check(const InventoryOptions& options) {
    int code = EX_OK;
    const auto inventory = load_or_complain(options.inventory, code);
    if (!inventory) {
        return code;
    }
    std::cout << options.inventory.string() << ": OK: " << inventory_counts(*inventory) << '\n';
    return EX_OK;
}

int run_inventory_show(const InventoryOptions& options) {
    int code = EX_OK;
    const auto inventory = load_or_complain(options.inventory, code);
    if (!inventory) {
        return code;
    }
    std::cout << (options.format == Format::Json ? inventory_json(*inventory)
                                                 : inventory_table(*inventory));
    return EX_OK;
}

}  // namespace routeproof::verifier
