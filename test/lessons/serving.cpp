#include "test/lessons/serving.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

namespace sockeye::test {
namespace {

constexpr std::string_view announcement = "listening on ";

}  // namespace

Serving::Serving(std::vector<std::string> words) {
    words.insert(words.begin(), {SOCKEYE_COMMAND, "listen"});
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::system_error{errno, std::generic_category(), "pipe2"};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, pipe[1], STDERR_FILENO);
    const int problem = ::posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(pipe[1]);
    words_ = ::fdopen(pipe[0], "r");
    if (problem != 0) throw std::system_error{problem, std::generic_category(), argv[0]};
    const std::string first = line();
    if (!first.starts_with(announcement)) {
        reap();
        throw std::runtime_error{first};
    }
    address_ = first.substr(announcement.size(), first.find(' ', announcement.size()) - announcement.size());
}

Serving::~Serving() {
    if (pid_ != 0) ::kill(pid_, SIGKILL);
    reap();
    std::fclose(words_);
}

std::uint16_t Serving::port() const {
    return static_cast<std::uint16_t>(std::stoul(address_.substr(address_.rfind(':') + 1)));
}

std::string Serving::line() {
    std::string text;
    for (int c = std::fgetc(words_); c != EOF && c != '\n'; c = std::fgetc(words_))
        text += static_cast<char>(c);
    return text;
}

int Serving::stop() {
    ::kill(pid_, SIGTERM);
    return reap();
}

int Serving::reap() {
    if (pid_ == 0) return -1;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace sockeye::test
