/** The life of the node's ENIs: creation, addresses, upkeep, removal, and what a crash left. */
@NullMarked
package io.vpccni.ipamd.ec2.eni;

import org.jspecify.annotations.NullMarked;
