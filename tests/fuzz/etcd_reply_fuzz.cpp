// What etcd's gateway (or whoever answers in its place) says: any text is read or refused.
#include "inventory/store/etcd/endpoint.hpp"
#include "inventory/store/etcd/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace routeproof::store;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const etcd::Keys keys("/routeproof/");
    (void)etcd::read_range(keys, text);
    (void)etcd::read_txn(keys, text);
    (void)etcd::read_keep_alive(text);
    (void)etcd::read_watch(keys, text);
    (void)etcd::read_error(text);
    const auto endpoint = etcd::Endpoint::parse(text);
    if (endpoint && etcd::Endpoint::parse(endpoint->to_string()) != endpoint) {
        std::abort();
    }
    return 0;
}
