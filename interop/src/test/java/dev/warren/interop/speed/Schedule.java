package dev.warren.interop.speed;

import dev.warren.interop.host.Implementation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** What the bed does, step by step, in turns: A B, A B, ... of each kind, in every round. */
final class Schedule {
  /** Namespaces, two daemons, a handshake, and the end of it all. */
  private static final int SET_UP_SECONDS = 5;

  /** Work that hands over what it measures. */
  interface Work {
    void run(Sink sink);
  }

  /**
   * One step.
   *
   * @param results where its figures belong
   */
  record Step(String title, int estimateSeconds, Results results, Work work) {}

  private final BedOptions options;
  private final Results first;
  private final Results second;

  Schedule(BedOptions options, Results first, Results second) {
    this.options = options;
    this.first = first;
    this.second = second;
  }

  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int round = 1; round <= options.rounds(); round++) {
      String prefix = "round %d of %d, ".formatted(round, options.rounds());
      addInTurns(steps, prefix);
      if (options.parts().contains(Part.MIXED)) {
        steps.add(
            step(
                prefix + "mixed pair",
                EnumSet.of(Part.MIXED),
                first,
                sink -> bench(sink).mixed(options.first(), options.second())));
      }
    }
    return steps;
  }

  private void addInTurns(List<Step> steps, String prefix) {
    Set<Part> ofOnePair = EnumSet.copyOf(Part.ofOnePair());
    ofOnePair.retainAll(options.parts());
    if (!ofOnePair.isEmpty()) {
      addTurn(steps, prefix, ofOnePair, (is, sink) -> bench(sink).alike(is, ofOnePair));
    }
    if (options.parts().contains(Part.HANDSHAKES)) {
      addTurn(
          steps,
          prefix + "handshakes of ",
          EnumSet.of(Part.HANDSHAKES),
          (is, sink) -> new HandshakeBench(options.seconds(), sink).run(is));
    }
    if (options.parts().contains(Part.FLOOD)) {
      addTurn(
          steps,
          prefix + "flood of ",
          EnumSet.of(Part.FLOOD),
          (is, sink) -> new FloodBench(options.seconds(), sink).run(is));
    }
    if (options.parts().contains(Part.FORWARD)) {
      addTurn(
          steps,
          prefix + "forward of ",
          EnumSet.of(Part.FORWARD),
          (is, sink) -> new ForwardBench(options.seconds(), sink).run(is));
    }
  }

  private void addTurn(
      List<Step> steps, String prefix, Set<Part> parts, BiConsumer<Implementation, Sink> work) {
    for (Results results : List.of(first, second)) {
      Implementation is = results == first ? options.first() : options.second();
      if (parts.contains(Part.FORWARD) && is.launcher().isEmpty()) {
        continue; // Others have nothing to compare.
      }
      steps.add(step(prefix + is, parts, results, sink -> work.accept(is, sink)));
    }
  }

  private Step step(String title, Set<Part> parts, Results results, Work work) {
    int seconds = SET_UP_SECONDS;
    for (Part part : parts) {
      seconds += part.estimateSeconds(options.seconds());
    }
    return new Step(title, seconds, results, work);
  }

  private PairBench bench(Sink sink) {
    return new PairBench(options.seconds(), sink);
  }
}
