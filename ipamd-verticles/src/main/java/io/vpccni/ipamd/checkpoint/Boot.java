package io.vpccni.ipamd.checkpoint;

import java.time.Instant;

/**
 * Identifies a boot of the machine; a checkpoint names the one that it was written in.
 *
 * @param id the kernel's id of that boot
 * @param at when that was, by the wall clock as it was set when the file was written
 */
public record Boot(String id, Instant at) {}
