package dev.warren.config.proxy;

import dev.warren.packet.owner.Immutable;

/**
 * A line of a section.
 *
 * @param value without comment and quotes, environment variables replaced
 * @param line from 1
 * @param column of the value, from 1
 */
@Immutable
record Setting(String name, String value, int line, int column) {}
