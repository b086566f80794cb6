/** What the instance metadata service says, read with our own IMDSv2 client on Vert.x. */
@NullMarked
package io.vpccni.ipamd.imds;

import org.jspecify.annotations.NullMarked;
