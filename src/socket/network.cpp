#include "sockeye/network.hpp"

#include "socket/backend.hpp"

namespace sockeye {

Network::Network(std::unique_ptr<backend::Network> backend) : backend_{std::move(backend)} {}

Network::~Network() {
    if (backend_) backend_->driver().destroy_tasks(*backend_);
}

std::string_view Network::name() const {
    return backend_->name();
}

Instant Network::now() const {
    return backend_->driver().now();
}

WallTime Network::wall_now() const {
    return backend_->wall_now();
}

std::uint64_t Network::random() {
    return backend_->random();
}

Op<void> Network::sleep(Duration duration) {
    return sleep_until(now() + duration);
}

Op<void> Network::sleep_until(Instant at) {
    return backend::wait_until(backend_->driver(), at);
}

void Network::spawn(Task<> task, std::stop_token stop) {
    backend_->driver().spawn(*backend_, std::move(task), std::move(stop));
}

Result<void> Network::run(Task<> task) {
    backend::Driver& driver = backend_->driver();
    driver.refuse_nested("run");
    return driver.run_until_ended(driver.spawn(*backend_, std::move(task), {}));
}

Result<void> Network::run() {
    return backend_->driver().run_until_all_ended();
}

void Network::stop() noexcept {
    backend_->driver().stop();
}

}  // namespace sockeye
