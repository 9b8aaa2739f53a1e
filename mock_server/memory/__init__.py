"""What any contract remembers: the resources that its paths and schemas let one infer, or that it declares."""
