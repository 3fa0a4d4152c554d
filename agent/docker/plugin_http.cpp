#include "agent/docker/plugin_http.hpp"

namespace routeproof::docker {

http::Dialect plugin_dialect() {
    return {"application/vnd.docker.plugins.v1.2+json", encode_error};
}

http::Server::Handler posts_only(http::Server::Handler handler) {
    return [handler = std::move(handler)](const http::Request& request,
                                          const http::Server::Respond& respond) {
        constexpr unsigned kMethodNotAllowed = 405;
        if (request.verb != "POST") {
            respond({kMethodNotAllowed, encode_error("every call of a plugin is a POST")});
            return;
        }
        handler(request, respond);
    };
}

http::Server::Handler serve(Plugin& plugin) {
    return posts_only(
        [&plugin](const http::Request& request, const http::Server::Respond& respond) {
            Reply reply = plugin.handle(request.path, request.body);
            respond({reply.status, std::move(reply.body)});
        });
}

}  // namespace routeproof::docker
