package dev.warren.sim.stack;

import static dev.warren.sim.stack.StackWorld.MILLISECOND;
import static dev.warren.sim.stack.StackWorld.SECOND;
import static dev.warren.sim.stack.Step.Kind.ABORT;
import static dev.warren.sim.stack.Step.Kind.AWAIT_END;
import static dev.warren.sim.stack.Step.Kind.CLOSE;
import static dev.warren.sim.stack.Step.Kind.SHUTDOWN;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws both sides' programs of a talk; they fit together, so that neither waits for ever. */
final class Plans {
  private final Random random;

  /** Whether the pair drawn last may end with a reset. */
  boolean mayFail;

  List<Step> calling = List.of();
  List<Step> called = List.of();

  Plans(Random random) {
    this.random = random;
  }

  /** Draws a pair. */
  void draw() {
    mayFail = false;
    long there = size();
    long back = size();
    switch (random.nextInt(9)) {
      case 0, 1 -> both(there, back);
      case 2 -> requests();
      case 3 -> halfClosed(there, back);
      case 4 -> {
        calling = List.of(Step.of(AWAIT_END), Step.send(there), Step.of(CLOSE));
        called = List.of(Step.send(back), Step.of(SHUTDOWN), Step.of(AWAIT_END), Step.of(CLOSE));
      }
      case 5 -> aborted(there, back);
      case 6 -> {
        // Whoever closes with something unread says so by a reset.
        mayFail = true;
        calling = List.of(Step.await(Math.min(back, 1 + random.nextInt(5_000))), Step.of(CLOSE));
        called = List.of(Step.send(back), Step.of(AWAIT_END), Step.of(CLOSE));
      }
      case 7 -> shortOne();
      default -> idle();
    }
  }

  private void both(long there, long back) {
    calling = List.of(Step.send(there), Step.of(SHUTDOWN), Step.of(AWAIT_END), Step.of(CLOSE));
    called = List.of(Step.send(back), Step.of(SHUTDOWN), Step.of(AWAIT_END), Step.of(CLOSE));
  }

  private void halfClosed(long there, long back) {
    calling = List.of(Step.send(there), Step.of(SHUTDOWN), Step.of(AWAIT_END), Step.of(CLOSE));
    called = List.of(Step.of(AWAIT_END), Step.send(back), Step.of(CLOSE));
  }

  private void aborted(long there, long back) {
    mayFail = true;
    Step pause = Step.pause(random.nextInt(3_000) * MILLISECOND);
    calling = List.of(Step.send(there), pause, Step.of(ABORT));
    called = List.of(Step.send(back), Step.of(AWAIT_END), Step.of(CLOSE));
  }

  /** A connection with next to nothing on it. */
  void shortOne() {
    mayFail = false;
    int bytes = random.nextInt(3);
    calling = List.of(Step.send(bytes), Step.of(CLOSE));
    called = List.of(Step.of(AWAIT_END), Step.of(CLOSE));
  }

  private void requests() {
    exchange(1 + random.nextInt(30), 200);
  }

  private void idle() {
    exchange(1 + random.nextInt(4), random.nextInt(4) == 0 ? 7_200_000 : 100_000);
  }

  private void exchange(int rounds, int mostPauseMillis) {
    List<Step> asks = new ArrayList<>();
    List<Step> answers = new ArrayList<>();
    long asked = 0;
    long answered = 0;
    for (int i = 0; i < rounds; i++) {
      int ask = 1 + random.nextInt(2_000);
      int answer = 1 + random.nextInt(random.nextInt(5) == 0 ? 50_000 : 1_000);
      asked += ask;
      answered += answer;
      asks.add(Step.pause(random.nextInt(mostPauseMillis) * MILLISECOND));
      asks.add(Step.send(ask));
      asks.add(Step.await(answered));
      answers.add(Step.await(asked));
      answers.add(Step.send(answer));
    }
    asks.add(Step.of(CLOSE));
    answers.add(Step.of(AWAIT_END));
    answers.add(Step.of(CLOSE));
    calling = asks;
    called = answers;
  }

  private long size() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1, 2 -> random.nextInt(2_000);
      case 3, 4, 5 -> random.nextInt(60_000);
      case 6 -> random.nextInt(400_000);
      default -> random.nextInt(1_500_000);
    };
  }

  /** These steps by a program of some temper. */
  Plan plan(List<Step> steps, long inBytes) {
    boolean slow = random.nextInt(5) == 0;
    int readBytes = slow ? 2_000 + random.nextInt(60_000) : 1 + random.nextInt(40_000);
    // So slow that its window closes, and yet done within an hour.
    long reads = 10 + inBytes / 500;
    long pause = slow ? Math.min(20 * SECOND, random.nextLong(3_600 * SECOND / reads)) : 0;
    int writeBytes = 1 + random.nextInt(random.nextInt(3) == 0 ? 50 : 40_000);
    if (inBytes > 100_000) {
      readBytes = Math.max(readBytes, 500);
      writeBytes = Math.max(writeBytes, 40);
    }
    return new Plan(
        steps,
        readBytes,
        pause,
        writeBytes,
        random.nextBoolean(),
        // A reset that is lost is learned of by asking.
        mayFail || random.nextInt(3) == 0);
  }

  static long sent(List<Step> steps) {
    return steps.stream()
        .filter(step -> step.kind() == Step.Kind.SEND)
        .mapToLong(Step::amount)
        .sum();
  }

  static long paused(List<Step> steps) {
    return steps.stream()
        .filter(step -> step.kind() == Step.Kind.PAUSE)
        .mapToLong(Step::amount)
        .sum();
  }
}
