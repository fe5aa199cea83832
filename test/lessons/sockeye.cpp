#include "test/lessons/sockeye.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sockeye::test {

Answer sockeye(std::vector<std::string> words) {
    words.insert(words.begin(), SOCKEYE_COMMAND);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::system_error{errno, std::generic_category(), "pipe2"};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, pipe[1], STDOUT_FILENO);
    pid_t child = 0;
    const int problem = ::posix_spawn(&child, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(pipe[1]);
    Answer answer;
    char buffer[4096];
    for (ssize_t count; (count = ::read(pipe[0], buffer, sizeof buffer)) > 0;)
        answer.text.append(buffer, static_cast<std::size_t>(count));
    ::close(pipe[0]);
    if (problem != 0) throw std::system_error{problem, std::generic_category(), argv[0]};
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) answer.exit = WEXITSTATUS(status);
    return answer;
}

}  // namespace sockeye::test
