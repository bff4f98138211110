/**
 * Longest-prefix match.
 *
 * <p><b>Job:</b> find by address the owner of the longest prefix that holds it.
 *
 * <p><b>In:</b> prefixes and their owners; addresses. <b>Out:</b> owners.
 *
 * <p><b>May use:</b> {@code dev.warren.packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.packet.trie.PrefixTrie}.
 */
@NullMarked
package dev.warren.packet.trie;

import org.jspecify.annotations.NullMarked;
