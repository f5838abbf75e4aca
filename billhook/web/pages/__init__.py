"""The pages: the way in, the partner's portal, the vendor's console. Each file makes one router."""
