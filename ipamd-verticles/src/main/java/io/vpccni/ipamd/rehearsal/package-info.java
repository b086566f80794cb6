/**
 * This package is a stub of a node in this process: what the agent talks to, with one answer to
 * each question. {@code ipamd rehearse} makes the cache of loaded classes with it when an image is
 * built, where there is neither a cloud nor a kernel to change; it is shipped because the cache has
 * to be made by the very process that will use it. In service, the warm-up serves a few pods on it.
 */
@NullMarked
package io.vpccni.ipamd.rehearsal;

import org.jspecify.annotations.NullMarked;
