package dev.warren.embed.dns;

/** What a message turned out to be. */
sealed interface DnsDecoded permits DnsReply, DnsFlaw {}
