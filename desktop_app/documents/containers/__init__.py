# SPDX-License-Identifier: Apache-2.0
"""Files that hold other files: archives, mail, notes."""
