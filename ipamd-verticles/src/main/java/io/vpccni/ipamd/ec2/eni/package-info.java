/**
 * This package holds the life of the node's ENIs: creation, addresses, maintenance, removal, and
 * what a crash left.
 */
@NullMarked
package io.vpccni.ipamd.ec2.eni;

import org.jspecify.annotations.NullMarked;
