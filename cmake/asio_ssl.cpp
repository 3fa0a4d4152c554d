// The one translation unit that compiles Boost.Asio's TLS (see routeproof.cmake).
#include <boost/asio/ssl/impl/src.hpp>
