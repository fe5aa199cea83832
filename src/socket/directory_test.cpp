// What a program may rely on, whoever keeps its files.
#include "sockeye/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/support/folder.hpp"
#include "test/support/manual_network.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Keeper {
    const char* name;
    Directory (*make)(Network& network, const test::Folder& folder);
};

Directory in_memory(Network& network, const test::Folder&) {
    return memory_directory(network);
}

template <kernel::Directory::Walk walk>
Directory on_disk(Network&, const test::Folder& folder) {
    return folder.directory(walk);
}

class Directories : public testing::TestWithParam<Keeper> {
protected:
    static std::string read(Directory& from, std::string_view path) {
        File file = from.open(path).value();
        std::string text(file.stat().value().size, '\0');
        text.resize(file.pread(std::as_writable_bytes(std::span{text}), 0).value());
        return text;
    }
    static void write(Directory& into, std::string_view path, std::string_view text) {
        into.open(path, Access::create).value().pwrite(text, 0).value();
    }
    std::vector<std::string> names(std::string_view path = ".") {
        std::vector<std::string> all;
        const auto listed = tree.list(path).value();
        for (const DirectoryEntry& entry : listed) all.push_back(entry.name);
        return all;
    }

    test::Folder folder;
    test::ManualNetwork network;
    Directory tree = GetParam().make(network, folder);
};

TEST_P(Directories, KeepWhatIsWrittenAnywhereInAFile) {
    File file = tree.open("a.bin", Access::create).value();
    file.pwrite("world", 6).value();
    file.pwrite("hello", 0).value();
    EXPECT_EQ(read(tree, "a.bin"), std::string("hello\0world", 11));
    file.truncate(5).value();
    EXPECT_EQ(read(tree, "a.bin"), "hello");
    file.truncate(7).value();
    EXPECT_EQ(file.stat().value().size, 7U);
    EXPECT_TRUE(file.sync());
    EXPECT_TRUE(file.close());
    EXPECT_EQ(read(tree, "a.bin"), std::string("hello\0\0", 7));
}

TEST_P(Directories, AReadThatIsShortHasMetTheEnd) {
    write(tree, "a", "hello");
    File file = tree.open("a").value();
    std::array<std::byte, 10> buffer;
    EXPECT_EQ(file.pread(buffer, 3), 2U);
    EXPECT_EQ(file.pread(buffer, 5), 0U);
    EXPECT_EQ(file.pread(buffer, 500), 0U);
}

TEST_P(Directories, WhatIsOpenedForReadingCannotBeWritten) {
    write(tree, "a", "hello");
    File file = tree.open("a").value();
    EXPECT_FALSE(file.pwrite("x", 0));
    EXPECT_FALSE(file.truncate(0));
    EXPECT_EQ(read(tree, "a"), "hello");
}

TEST_P(Directories, AClosedFileSaysSo) {
    write(tree, "a", "hello");
    File file = tree.open("a").value();
    EXPECT_TRUE(file.close());
    EXPECT_TRUE(file.close());
    EXPECT_EQ(file.pread({}, 0).error(), Errc::closed);
    EXPECT_EQ(file.stat().error(), Errc::closed);
    EXPECT_EQ(file.fileno(), -1);
    EXPECT_EQ(File{}.pwrite("x", 0).error(), Errc::closed);
}

TEST_P(Directories, AMissingFileIsNotFoundAndNamed) {
    const Error error = tree.open("no/such.txt").error();
    EXPECT_EQ(error, Errc::not_found);
    EXPECT_EQ(error.message(), "open: not found (no/such.txt)");
    EXPECT_EQ(tree.stat("nothing").error(), Errc::not_found);
    EXPECT_EQ(tree.list("nothing").error(), Errc::not_found);
    EXPECT_EQ(tree.remove("nothing").error(), Errc::not_found);
    EXPECT_EQ(tree.rename("nothing", "b").error().detail(), "nothing to b");
}

TEST_P(Directories, CreatingIsForNewNamesAlone) {
    write(tree, "a", "first");
    EXPECT_EQ(tree.open("a", Access::create).error(), Errc::exists);
    EXPECT_EQ(read(tree, "a"), "first");
}

TEST_P(Directories, UpdatingIsForOneAtATime) {
    {
        File first = tree.open("a", Access::update).value();
        EXPECT_EQ(tree.open("a", Access::update).error(), Errc::busy);
        first.pwrite("kept", 0).value();
    }
    EXPECT_TRUE(tree.open("a", Access::update));
    EXPECT_EQ(read(tree, "a"), "kept");
}

TEST_P(Directories, OnlyRegularFilesAreOpened) {
    tree.make_directory("d").value();
    EXPECT_EQ(tree.open("d").error(), Errc::invalid_argument);
    EXPECT_EQ(tree.open("d", Access::update).error(), Errc::invalid_argument);
    EXPECT_THAT(std::string{tree.open("d").error().detail()}, HasSubstr("not a regular file"));
}

TEST_P(Directories, AreListedByName) {
    tree.make_directory("d").value();
    tree.make_directory("d/e").value();
    write(tree, "d/b", "");
    write(tree, "d/a", "");
    write(tree, "d.txt", "");
    EXPECT_THAT(names(), ElementsAre("d", "d.txt"));
    EXPECT_THAT(names("d"), ElementsAre("a", "b", "e"));
    EXPECT_EQ(tree.list("d").value()[2].kind, FileKind::directory);
    EXPECT_EQ(tree.list("d").value()[0].kind, FileKind::file);
    EXPECT_EQ(tree.list("d.txt").error(), Errc::not_found);
}

TEST_P(Directories, TellWhatAFileIs) {
    write(tree, "a", "12345");
    tree.make_directory("d").value();
    EXPECT_EQ(tree.stat("a").value().kind, FileKind::file);
    EXPECT_EQ(tree.stat("a").value().size, 5U);
    EXPECT_EQ(tree.stat("d").value().kind, FileKind::directory);
    EXPECT_EQ(tree.stat("d").value().size, 0U);
    EXPECT_EQ(tree.stat(".").value().kind, FileKind::directory);
}

TEST_P(Directories, KeepModeAndTimeAsTheyAreSetOfFilesAndDirectories) {
    write(tree, "a", "12345");
    tree.make_directory("d").value();
    const WallTime long_ago{std::chrono::seconds{-86'400} + 1ns};
    const WallTime then{std::chrono::seconds{1'000'000'000} + 123'456'789ns};
    tree.set_status("a", {.mode = 0640, .modified = then}).value();
    tree.set_status("d", {.mode = 0700, .modified = long_ago}).value();
    EXPECT_EQ(tree.stat("a").value().mode, 0640U);
    EXPECT_EQ(tree.stat("a").value().modified, then);
    EXPECT_EQ(tree.stat("d").value().mode, 0700U);
    EXPECT_EQ(tree.stat("d").value().modified, long_ago);
    EXPECT_EQ(tree.open("a").value().stat().value().modified, then);
}

TEST_P(Directories, ANewFileHasTheModeAskedForWithoutWhatTheUmaskTakes) {
    EXPECT_TRUE(tree.open("a", Access::create, 0600));
    EXPECT_EQ(tree.stat("a").value().mode, 0600U);
}

TEST_P(Directories, RenamingReplacesOrNot) {
    write(tree, "a", "new");
    write(tree, "b", "old");
    EXPECT_EQ(tree.rename("a", "b", Existing::kept).error(), Errc::exists);
    EXPECT_EQ(read(tree, "b"), "old");
    tree.rename("a", "b").value();
    EXPECT_EQ(read(tree, "b"), "new");
    EXPECT_THAT(names(), ElementsAre("b"));
}

TEST_P(Directories, WhatIsInADirectoryMovesWithIt) {
    tree.make_directory("d").value();
    tree.make_directory("d/e").value();
    write(tree, "d/e/a", "deep");
    tree.rename("d", "f").value();
    EXPECT_EQ(read(tree, "f/e/a"), "deep");
    EXPECT_EQ(tree.rename("f", "f/g").error(), Errc::invalid_argument);
}

TEST_P(Directories, RemoveFilesAndEmptyDirectoriesAlone) {
    tree.make_directory("d").value();
    write(tree, "d/a", "x");
    File open = tree.open("d/a").value();
    EXPECT_EQ(tree.remove("d").error(), Errc::exists);
    tree.remove("d/a").value();
    tree.remove("d").value();
    EXPECT_THAT(names(), ElementsAre());
    EXPECT_EQ(open.stat().value().size, 1U) << "whoever has it open keeps it";
}

TEST_P(Directories, ADirectoryIsMadeOnce) {
    tree.make_directory("d").value();
    EXPECT_EQ(tree.make_directory("d").error(), Errc::exists);
    EXPECT_EQ(tree.make_directory("no/d").error(), Errc::not_found);
}

TEST_P(Directories, APathStaysInside) {
    for (const char* path : {"/etc/passwd", "..", "../a", "a/../../b", "a/..", "./.."}) {
        EXPECT_EQ(tree.open(path).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.open(path, Access::create).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.draft(path).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.list(path).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.stat(path).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.make_directory(path).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.remove(path).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.rename(path, "b").error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.rename(".", path).error(), Errc::permission_denied) << path;
        EXPECT_EQ(tree.set_status(path, {}).error(), Errc::permission_denied) << path;
    }
    EXPECT_EQ(tree.open("").error(), Errc::invalid_argument);
    EXPECT_EQ(tree.open(std::string_view{"a\0b", 3}).error(), Errc::invalid_argument);
    write(tree, "..a", "two points are no way out by themselves");
    EXPECT_THAT(names("./."), ElementsAre("..a"));
    EXPECT_TRUE(tree.stat(".//..a"));
}

TEST_P(Directories, ADraftStandsUnderItsNameOnceItIsCommitted) {
    tree.make_directory("d").value();
    Draft draft = tree.draft("d/a").value();
    draft.file().pwrite("all of it", 0).value();
    EXPECT_EQ(tree.stat("d/a").error(), Errc::not_found);
    draft.commit().value();
    EXPECT_EQ(read(tree, "d/a"), "all of it");
    EXPECT_THAT(names("d"), ElementsAre("a"));
}

TEST_P(Directories, ADraftThatIsNotCommittedVanishes) {
    write(tree, "a", "old");
    {
        Draft draft = tree.draft("a").value();
        Draft moved = std::move(draft);
        moved.file().pwrite("half", 0).value();
        Draft other = tree.draft("a").value();
        EXPECT_EQ(moved.commit(Existing::kept).error(), Errc::exists);
    }
    EXPECT_THAT(names(), ElementsAre("a"));
    EXPECT_EQ(read(tree, "a"), "old");
}

INSTANTIATE_TEST_SUITE_P(Kept, Directories,
                         testing::Values(Keeper{"InMemory", in_memory},
                                         Keeper{"OnDisk", on_disk<kernel::Directory::Walk::by_kernel>},
                                         Keeper{"OnDiskByOldKernels",
                                                on_disk<kernel::Directory::Walk::by_steps>}),
                         [](const auto& keeper) { return std::string{keeper.param.name}; });

TEST(MemoryDirectory, IsFullAtItsCapacityAndHasRoomAgainForWhatIsGone) {
    test::ManualNetwork network;
    Directory tree = memory_directory(network, 10);
    File file = tree.open("a", Access::create).value();
    file.pwrite("12345678", 0).value();
    EXPECT_EQ(file.pwrite("90!", 8).error().message(), "pwrite: no space left (a)");
    EXPECT_EQ(file.truncate(11).error(), Errc::no_space);
    EXPECT_EQ(file.pwrite("x", UINT64_MAX).error(), Errc::no_space);
    file.truncate(5).value();
    EXPECT_TRUE(tree.open("b", Access::create).value().pwrite("12345", 0));
    tree.remove("a").value();
    EXPECT_EQ(tree.open("b", Access::update).value().truncate(10).error(), Errc::no_space) << "still open";
    file.close().value();
    EXPECT_TRUE(tree.open("b", Access::update).value().truncate(10));
}

}  // namespace
}  // namespace sockeye
