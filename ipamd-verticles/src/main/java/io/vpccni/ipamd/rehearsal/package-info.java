/**
 * This package is a stub of a node in this process: what the agent talks to, with one answer to
 * each question. It is for {@code ipamd rehearse}, which makes the cache of loaded classes when an
 * image is built, where there is neither a cloud nor a kernel to change. Nothing here runs in
 * service; it is shipped because the cache has to be made by the very process that will use it.
 */
@NullMarked
package io.vpccni.ipamd.rehearsal;

import org.jspecify.annotations.NullMarked;
