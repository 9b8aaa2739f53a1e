"""What lives in a partner's world: submissions, how their items are decided, and the records that they leave."""
