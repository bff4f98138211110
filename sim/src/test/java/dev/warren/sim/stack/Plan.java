package dev.warren.sim.stack;

import java.util.List;

/**
 * One side's program on a connection.
 *
 * @param readBytes the most that it reads at once
 * @param readPauseNanos how long it waits after each read; 0 for a reader that keeps up
 * @param writeBytes the most that it writes at once
 */
record Plan(
    List<Step> steps,
    int readBytes,
    long readPauseNanos,
    int writeBytes,
    boolean noDelay,
    boolean keepAlive) {}
