#include "lab/file/cable_words.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sockeye::lab {
namespace {

std::string words_after(std::string_view word, std::string_view value) {
    Impairments impairments;
    impairments.delay = 10ms;
    const Result<void> done = set_impairment_word(impairments, word, value);
    return done ? to_string(impairments) : std::string{done.error().detail()};
}

TEST(CableWords, AreThoseOfNetem) {
    EXPECT_EQ(words_after("delay", "20ms"), "delay 20ms");
    EXPECT_EQ(words_after("jitter", "5ms"), "delay 10ms 5ms");
    EXPECT_EQ(words_after("loss", "2%"), "loss 2% delay 10ms");
    EXPECT_EQ(words_after("loss", "random 2% 25%"), "loss 2% 25% delay 10ms");
    EXPECT_EQ(words_after("loss", "2% ecn"), "loss 2% ecn delay 10ms");
    EXPECT_EQ(words_after("loss", "gemodel 1% 10% 70% 0.1%"), "loss gemodel 1% 10% 70% 0.1% delay 10ms");
    EXPECT_EQ(words_after("loss", "gemodel 1%"), "loss gemodel 1% 99% 100% 0% delay 10ms") << "r is 1 - p";
    EXPECT_EQ(words_after("duplicate", "1%"), "duplicate 1% delay 10ms");
    EXPECT_EQ(words_after("corrupt", "0.1%"), "corrupt 0.1% delay 10ms");
    EXPECT_EQ(words_after("reorder", "25% 50% gap 5"), "delay 10ms reorder 25% 50% gap 5");
}

TEST(CableWords, ThatMakeNoSenseSayWhatToWrite) {
    EXPECT_EQ(words_after("loss", ""), "a probability is written as 1%, or 1% 25% with a correlation");
    EXPECT_EQ(words_after("loss", "gemodel"),
              "bursts are written as gemodel P R 1-H 1-K, such as gemodel 1% 10%");
    EXPECT_EQ(words_after("distribution", "gauss"),
              "'gauss' is no distribution: write uniform, normal, pareto or paretonormal");
    EXPECT_EQ(words_after("order", "random"), "'random' is no order: write kept or by_arrival");
    EXPECT_EQ(words_after("reorder", "25% gap 0"), "'0' is no gap: write a number of frames");
    EXPECT_EQ(words_after("rate", "1mbit"),
              "'rate' is the same in both directions: write it in the link's vars");
    EXPECT_EQ(words_after("lost", "1%"), "a cable has no 'lost': did you mean loss?");
    EXPECT_EQ(
        words_after("temperature", "1"),
        "a cable has no 'temperature'; it has rate, delay, queue, mark, jitter, loss, duplicate, corrupt, "
        "reorder, distribution, order");
}

TEST(CableWords, OfTheCableItselfHoldInBothDirections) {
    CableOptions cable;
    ASSERT_TRUE(set_cable_word(cable, "rate", "100mbit"));
    ASSERT_TRUE(set_cable_word(cable, "delay", "5ms"));
    ASSERT_TRUE(set_cable_word(cable, "queue", "50"));
    ASSERT_TRUE(set_cable_word(cable, "mark", "20"));
    ASSERT_TRUE(set_cable_word(cable, "loss", "1%"));
    EXPECT_EQ(cable.bits_per_second, 100'000'000U);
    EXPECT_EQ(cable.delay, 5ms);
    EXPECT_EQ(cable.queue_limit, 50U);
    EXPECT_EQ(cable.mark_from, 20U);
    EXPECT_EQ(cable.impairments.loss, Loss{1_percent});
    EXPECT_EQ(set_cable_word(cable, "queue", "many").error().detail(),
              "'many' is no number of frames: write 0 to 1000000");
}

}  // namespace
}  // namespace sockeye::lab
