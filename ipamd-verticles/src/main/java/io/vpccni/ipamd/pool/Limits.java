package io.vpccni.ipamd.pool;

/**
 * This is what the instance type and {@code MAX_ENI} allow.
 *
 * @param enisPerCard ENIs that a network card may carry, the primary one included
 * @param slotsPerEni secondary addresses or prefixes that an ENI may hold
 * @param networkCards how many cards are managed, 1 or more, numbered from 0
 */
public record Limits(int enisPerCard, int slotsPerEni, int networkCards) {}
